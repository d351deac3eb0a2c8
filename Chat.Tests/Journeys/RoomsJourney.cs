using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Chat.Tests.Support.Servers;
using Dapper;

namespace Chat.Tests.Journeys;

/// <summary>
/// Many real clients chat in rooms at once, over one gateway or several. In the end everybody has every event of their rooms exactly once and in order, and the
/// database has every message exactly once: what the clients have seen is compared with what is stored, number by number.
/// </summary>
internal sealed class RoomsJourney(IReadOnlyList<GatewayProcess> gateways, Func<DbConnection> connect)
{
    private const int People = 20;
    private const int Rooms = 5;
    private const int MessagesEach = 500;
    private const int RoomsEach = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>How the people come: half of them by WebSocket, the others by SockJS and whatever transport it takes or is told.</summary>
    private static readonly string[] Transports = ["websocket", "sockjs", "websocket", "xhr-streaming", "websocket", "eventsource", "websocket", "xhr-polling"];

    /// <summary>Settings under which programs may chat as fast as they can.</summary>
    public static Dictionary<string, string> Settings => new(StringComparer.Ordinal)
    {
        ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
        ["Limits:MessagesPerWindow"] = "0",
        ["Limits:RoomMessagesPerWindow"] = "0",
        ["Limits:ConnectsPerMinute"] = "0",
    };

    /// <param name="atHalf">Done when half of the messages have got their RECEIPT; whatever it is, nothing may be lost by it.</param>
    public async Task RunAsync(Func<Task>? atHalf = null)
    {
        var rooms = await MakeRoomsAsync();
        await using var script = NodeScript.Start("rooms.mjs");
        await script.WriteAsync(JsonSerializer.Serialize(Describe(rooms)));
        (await script.ReadAsync(Patience)).GetProperty("event").GetString().Should().Be("connected");

        var done = await PlayAsync(script, atHalf);

        var people = done.GetProperty("people").EnumerateArray().ToList();
        people.SelectMany(person => person.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString())).Should().BeEmpty();
        var stored = await ReadStoredAsync();
        foreach (var (room, head) in rooms)
        {
            var messages = stored[room].ToList();
            messages.Should().HaveCount(People / Rooms * RoomsEach * MessagesEach / RoomsEach);
            messages.Select(m => m.ClientId).Should().OnlyHaveUniqueItems();
            messages.Select(m => m.Seq).Should().Equal(Enumerable.Range(1, messages.Count).Select(i => head + i));
            var seen = people.SelectMany(person => person.GetProperty("rooms").EnumerateArray()).Where(one => one.GetProperty("id").GetString() == room).ToList();
            seen.Should().HaveCount(People / Rooms * RoomsEach).And.OnlyContain(one => one.GetProperty("digest").GetString() == DigestOf(messages));
        }
    }

    private static async Task<JsonElement> PlayAsync(NodeScript script, Func<Task>? atHalf)
    {
        while (true)
        {
            var told = await script.ReadAsync(Patience);
            if (told.GetProperty("event").GetString() == "done") return told;
            if (atHalf is null || told.GetProperty("count").GetInt32() < People * MessagesEach / 2) continue;
            await atHalf();
            atHalf = null;
        }
    }

    private object Describe(IReadOnlyDictionary<string, long> rooms)
    {
        var ids = rooms.Keys.ToList();
        return new
        {
            gateways = gateways.Select(gateway => gateway.StompUrl),
            messagesEach = MessagesEach,
            expected = rooms.ToDictionary(room => room.Key, room => room.Value + (People / Rooms * MessagesEach), StringComparer.Ordinal),
            people = Enumerable.Range(0, People).Select(person => new
            {
                token = TestTokens.Issue(NameOf(person)),
                transport = Transports[person % Transports.Length],
                gateway = person / (People / gateways.Count),
                rooms = Enumerable.Range(0, RoomsEach).Select(i => ids[RoomOf(person, i)]).Select(id => new { id, since = rooms[id] }),
            }),
        };
    }

    /// <summary>The rooms, each with the number of its last event before anybody says anything.</summary>
    private async Task<IReadOnlyDictionary<string, long>> MakeRoomsAsync()
    {
        var rooms = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < Rooms; i++)
        {
            var members = Enumerable.Range(0, People).Where(person => Enumerable.Range(0, RoomsEach).Any(nth => RoomOf(person, nth) == i)).Select(NameOf).ToList();
            var room = await gateways[0].AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(members[0]), new { name = $"Room {i}", memberIds = members });
            rooms.Add(room.GetProperty("id").GetString()!, room.GetProperty("headSeq").GetInt64());
        }
        return rooms;
    }

    private async Task<ILookup<string, Stored>> ReadStoredAsync()
    {
        await using var connection = connect();
        var rows = await connection.QueryAsync<Stored>(
            "select room_id as RoomId, seq as Seq, client_message_id as ClientId, body as Text from messages order by room_id, seq");
        return rows.ToLookup(row => row.RoomId, StringComparer.Ordinal);
    }

    private static int RoomOf(int person, int nth) => (person + nth) % Rooms;

    private static string NameOf(int person) => $"person-{person}";

    /// <summary>The digest that a client makes of what it hears, made of what is stored.</summary>
    private static string DigestOf(IEnumerable<Stored> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var message in messages) hash.AppendData(Encoding.UTF8.GetBytes($"{message.Seq}:{message.ClientId}:{message.Text}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record Stored
    {
        public required string RoomId { get; init; }
        public required long Seq { get; init; }
        public required string ClientId { get; init; }
        public required string Text { get; init; }
    }
}
