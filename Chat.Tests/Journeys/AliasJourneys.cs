using System.Net;
using System.Text;
using System.Text.Json;
using Chat.Tests.Support;

namespace Chat.Tests.Journeys;

/// <summary>Clients that speak to a Spring backend, as far as they know, frame by frame.</summary>
public sealed class AliasJourneys(AliasGateway running) : IClassFixture<AliasGateway>
{
    private readonly GatewayProcess _gateway = running.Process;
    private readonly string _alice = $"alice-{Guid.NewGuid():N}";
    private readonly string _bob = $"bob-{Guid.NewGuid():N}";

    [Fact]
    public async Task Who_subscribes_to_a_public_room_has_joined_it_and_all_see_that_and_what_is_said()
    {
        var room = await MakeRoomAsync("public");
        await using var alice = await ConnectAsync(_alice);
        await using var bob = await ConnectAsync(_bob);
        await alice.SubscribeAsync($"/sub/chat/room/{room}", "a");

        await bob.SendAsync($"SUBSCRIBE\nid:b\ndestination:/sub/chat.room.{room}\n\n\0");
        await bob.SendAsync("/pub/chat/message", JsonSerializer.Serialize(new { type = "ENTER", roomId = room, sender = "Bob" }), "entered");
        await bob.SendAsync("/pub/chat/message", JsonSerializer.Serialize(new { type = "TALK", roomId = room, sender = "somebody else", message = "안녕" }), "talked");

        var entered = await alice.ReadAsync();
        entered.Should().Match<TestFrame>(f => f["destination"] == $"/sub/chat/room/{room}" && f["subscription"] == "a" && f["seq"] == "2" && f["message-id"] == $"{room}-2");
        entered.Json.Should().Match<JsonElement>(j => Is(j, "type", "ENTER") && Is(j, "sender", $"{_bob} of the tests") && Is(j, "message", $"{_bob} of the tests has entered the room.") && Is(j, "roomId", room));
        (await alice.ReadAsync()).Json.Should().Match<JsonElement>(j => Is(j, "type", "TALK") && Is(j, "sender", $"{_bob} of the tests") && Is(j, "message", "안녕"));

        // The newcomer sees the own coming, once, and both sends are answered.
        var toBob = await ReadAsync(bob, 4);
        toBob.Where(f => f.Command == "MESSAGE").Select(f => (f["destination"], f["seq"], f.Body)).Should().Equal(
            ($"/sub/chat.room.{room}", "2", entered.Body),
            ($"/sub/chat.room.{room}", "3", toBob.Last(f => f.Command == "MESSAGE").Body));
        toBob.Where(f => f.Command == "RECEIPT").Select(f => f["receipt-id"]).Should().Equal("entered", "talked");
    }

    [Fact]
    public async Task Coming_back_is_no_second_coming_and_nothing_that_was_missed_is_replayed()
    {
        var room = await MakeRoomAsync("public");
        await using (var before = await ConnectAsync(_bob)) await EnterAsync(before, room, "1");
        await PostAsync(room, "missed");
        await using var bob = await ConnectAsync(_bob);
        await bob.SubscribeAsync($"/sub/chat/room/{room}", "1");

        await PostAsync(room, "heard");

        (await bob.ReadAsync()).Json.GetProperty("message").GetString().Should().Be("heard");
    }

    [Fact]
    public async Task What_is_not_shown_is_passed_over_and_our_own_destinations_are_there_as_before()
    {
        var room = await MakeRoomAsync("public");
        await using var bob = await ConnectAsync(_bob);
        await EnterAsync(bob, room, "theirs");
        await bob.SubscribeAsync($"/topic/rooms/{room}", "ours");

        // Nobody's leaving is shown by this profile.
        var third = $"carol-{Guid.NewGuid():N}";
        await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/join", TestTokens.Issue(third), new { });
        using (var left = await _gateway.CallAsync(HttpMethod.Post, $"/rooms/{room}/leave", TestTokens.Issue(third))) left.StatusCode.Should().Be(HttpStatusCode.NoContent);
        await PostAsync(room, "heard");

        var came = await ReadAsync(bob, 5);
        came.Where(f => f["subscription"] == "ours").Select(f => f.Json.GetProperty("event").GetString()).Should().Equal("member.joined", "member.left", "message.created");
        came.Where(f => f["subscription"] == "theirs").Select(f => f.Json.GetProperty("type").GetString()).Should().Equal("ENTER", "TALK");
        came.Where(f => f["subscription"] == "theirs").Select(f => f["seq"]).Should().Equal("3", "5");
    }

    [Fact]
    public async Task The_room_of_all_is_made_by_who_comes_first_and_belongs_to_nobody()
    {
        // In whatever order the tests of this class run, these two are new there.
        await using var alice = await ConnectAsync(_alice);
        await using var bob = await ConnectAsync(_bob);
        await alice.SendAsync("SUBSCRIBE\nid:a\ndestination:/topic/public\n\n\0");
        (await ReadUntilAsync(alice, j => Is(j, "sender", $"{_alice} of the tests"))).Json.GetProperty("type").GetString().Should().Be("JOIN");
        await bob.SendAsync("SUBSCRIBE\nid:b\ndestination:/topic/public\n\n\0");
        await bob.SendAsync("/app/chat.addUser", """{"sender":"Bob","type":"JOIN"}""", "joined");
        await bob.SendAsync("/app/chat.sendMessage", """{"sender":"Bob","content":"Hello","type":"CHAT"}""", "said");

        var joined = await ReadUntilAsync(alice, j => Is(j, "sender", $"{_bob} of the tests"));
        joined.Should().Match<TestFrame>(f => f["destination"] == "/topic/public" && f.Body == $$"""{"sender":"{{_bob}} of the tests","type":"JOIN"}""");
        (await ReadUntilAsync(alice, j => Is(j, "sender", $"{_bob} of the tests"))).Body.Should().Be($$"""{"content":"Hello","sender":"{{_bob}} of the tests","type":"CHAT"}""");

        var rooms = await _gateway.AskAsync(HttpMethod.Get, "/rooms", TestTokens.Issue(_alice));
        rooms.GetProperty("items").EnumerateArray().Single().Should().Match<JsonElement>(j => Is(j, "id", "public") && Is(j, "visibility", "public") && Is(j, "name", "public") && Is(j, "role", "member") && j.GetProperty("maxMembers").GetInt32() == 100_000);
        using (await _gateway.CallAsync(HttpMethod.Post, "/rooms/public/leave", TestTokens.Issue(_bob))) { }
        (await ReadUntilAsync(alice, j => Is(j, "type", "LEAVE"))).Json.GetProperty("sender").GetString().Should().Be($"{_bob} of the tests");
    }

    [Fact]
    public async Task A_private_room_is_not_joined_and_the_refusal_names_the_destination_as_it_was_written()
    {
        var room = await MakeRoomAsync("private");
        await using var bob = await ConnectAsync(_bob);
        await bob.SubscribeAsync("/errors/of/mine", "errors");

        foreach (var destination in (string[])[$"/sub/chat/room/{room}", $"/sub/chat/room/{Guid.NewGuid():N}"])
        {
            await bob.SendAsync($"SUBSCRIBE\nid:1\ndestination:{destination}\nreceipt:r\n\n\0");
            var refused = await bob.ReadAsync();
            refused.Should().Match<TestFrame>(f => f.Command == "MESSAGE" && f["destination"] == "/errors/of/mine");
            refused.Json.Should().Match<JsonElement>(j => Is(j, "code", "not_member") && Is(j, "destination", destination) && Is(j, "receipt", "r"));
        }

        await bob.SendAsync("/pub/chat/message", $$"""{"type":"TALK","roomId":"{{room}}","message":"x"}""", "r-1");
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => Is(j, "code", "not_member") && Is(j, "destination", "/pub/chat/message") && Is(j, "receipt", "r-1"));
        await bob.SendAsync("/pub/chat/message", """{"type":"TALK","roomId":"../x","message":"x"}""", "r-2");
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => Is(j, "code", "not_found") && Is(j, "destination", "/pub/chat/message"));
        await bob.SendAsync("/pub/chat/message", """{"type":"QUIT","roomId":"x"}""", "r-3");
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => Is(j, "code", "invalid") && Is(j, "destination", "/pub/chat/message"));
    }

    [Fact]
    public async Task Who_listens_for_no_refusals_is_told_by_ERROR()
    {
        await using var bob = await ConnectAsync(_bob);
        await bob.SendAsync("SUBSCRIBE\nid:1\ndestination:/sub/chat/room/nowhere\n\n\0");
        (await bob.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "ERROR" && f["code"] == "not_member");
        (await bob.ReadCloseAsync()).Should().Be(1002);
    }

    [Fact]
    public async Task A_send_by_an_alias_waits_for_its_transaction_and_is_aliased_at_the_commit()
    {
        var room = await MakeRoomAsync("public");
        await using var alice = await ConnectAsync(_alice);
        await alice.SubscribeAsync($"/sub/chat/room/{room}", "a");
        await alice.SendAsync("BEGIN\ntransaction:t\n\n\0");
        await alice.SendAsync($$"""
            SEND
            destination:/pub/chat/message
            transaction:t
            receipt:put-by

            {"type":"TALK","roomId":"{{room}}","message":"in one go"}
            """.ReplaceLineEndings("\n") + "\0");
        (await alice.ReadAsync())["receipt-id"].Should().Be("put-by");

        await alice.SendAsync("COMMIT\ntransaction:t\nreceipt:done\n\n\0");

        var came = await ReadAsync(alice, 2);
        came.Single(f => f.Command == "MESSAGE").Json.GetProperty("message").GetString().Should().Be("in one go");
        came.Single(f => f.Command == "RECEIPT")["receipt-id"].Should().Be("done");
    }

    [Fact]
    public async Task A_replay_by_since_is_reshaped_too()
    {
        var room = await MakeRoomAsync("public");
        for (var i = 0; i < 3; i++) await PostAsync(room, $"{i}");
        await using var alice = await ConnectAsync(_alice);

        await alice.SendAsync($"SUBSCRIBE\nid:a\ndestination:/sub/chat/room/{room}\nsince:2\n\n\0");

        var came = await ReadAsync(alice, 2);
        came.Select(f => (f["seq"], f.Json.GetProperty("message").GetString())).Should().Equal(("3", "1"), ("4", "2"));
    }

    /// <summary>Comes into a room for the first time.</summary>
    private static async Task EnterAsync(StompTestClient client, string room, string id)
    {
        await client.SendAsync($"SUBSCRIBE\nid:{id}\ndestination:/sub/chat/room/{room}\n\n\0");
        (await client.ReadAsync()).Json.GetProperty("type").GetString().Should().Be("ENTER");
    }

    private async Task<string> MakeRoomAsync(string visibility) =>
        (await _gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(_alice), new { name = "Tea", visibility })).GetProperty("id").GetString()!;

    private async Task PostAsync(string room, string text)
    {
        using var body = new StringContent(JsonSerializer.Serialize(new { text }), Encoding.UTF8, "application/json");
        using var posted = await _gateway.CallAsync(HttpMethod.Post, $"/rooms/{room}/messages", TestTokens.Issue(_alice), body);
        posted.StatusCode.Should().Be(HttpStatusCode.Created);
    }

    private Task<StompTestClient> ConnectAsync(string user) => StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue(user));

    private static bool Is(JsonElement json, string field, string value) => json.GetProperty(field).GetString() == value;

    private static async Task<IReadOnlyList<TestFrame>> ReadAsync(StompTestClient client, int count)
    {
        var frames = new List<TestFrame>();
        while (frames.Count < count) frames.Add(await client.ReadAsync());
        return frames;
    }

    /// <summary>Passes over what others say in the room of all.</summary>
    private static async Task<TestFrame> ReadUntilAsync(StompTestClient client, Func<JsonElement, bool> isWanted)
    {
        while (true)
        {
            var frame = await client.ReadAsync();
            if (isWanted(frame.Json)) return frame;
        }
    }
}

/// <summary>A gateway that knows both profiles, and an alias of the queue of refusals.</summary>
public sealed class AliasGateway : IAsyncLifetime
{
    internal GatewayProcess Process { get; private set; } = null!;

    public async Task InitializeAsync() => Process = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
        ["Limits:ConnectsPerMinute"] = "0",
        ["Stomp:Aliases:0:Profile"] = "spring-sub-pub",
        ["Stomp:Aliases:1:Profile"] = "spring-topic-app",
        ["Stomp:Aliases:2:Subscribe"] = "/errors/of/mine",
        ["Stomp:Aliases:2:To"] = "/user/queue/errors",
    });

    public Task DisposeAsync() => Process.DisposeAsync().AsTask();
}
