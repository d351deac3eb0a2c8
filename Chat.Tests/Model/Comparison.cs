using System.Text.Json;
using Chat.Tests.Journeys;

namespace Chat.Tests.Model;

/// <summary>Looks whether clients, and REST on every gateway, show what the model says.</summary>
internal sealed class Comparison(IReadOnlyList<GatewayProcess> gateways, Names names)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(40);
    private int _turns;

    /// <summary>The gateways take turns where one answers for all.</summary>
    private GatewayProcess Next => gateways[_turns++ % gateways.Count];

    /// <summary>Every client, and every gateway, shows what the model says.</summary>
    public async Task CompareAsync(IReadOnlyList<RoomModel> rooms, IEnumerable<ModelClient> clients)
    {
        foreach (var client in clients)
        {
            CheckOutside(client, rooms);
            for (var room = 0; room < rooms.Count; room++) await CompareAsync(client, room, rooms[room]);
            await CompareListAsync(client, rooms);
        }
        for (var room = 0; room < rooms.Count; room++)
        {
            foreach (var gateway in gateways)
            {
                var (head, lines) = await ReadAsync(room, gateway);
                head.Should().Be(rooms[room].Head);
                Same(lines, rooms[room].LinesFor(History.Watcher), $"REST at {gateway.Address}, room {room}");
            }
            await ComparePinsAsync(room, rooms[room]);
            await CompareThreadsAsync(room, rooms[room]);
        }
        foreach (var name in rooms[0].People.Keys)
        {
            await CompareListAsync(name, rooms);
            for (var room = 0; room < rooms.Count; room++) await CompareHistoryAsync(name, room, rooms[room]);
        }
    }

    /// <summary>Whoever is out of a room has heard that last.</summary>
    public static void CheckOutside(ModelClient client, IReadOnlyList<RoomModel> rooms)
    {
        if (client.Fault is { } fault) throw new InvalidOperationException($"{client.Name}: {fault}");
        for (var room = 0; room < rooms.Count; room++)
        {
            if (rooms[room].People[client.Name] is { IsCurrent: false } outside) client.HeadOf(room).Should().BeLessThanOrEqualTo(outside.HeardAtMost, $"{client.Name} is no member of room {room}");
        }
    }

    /// <summary>Somebody's live list.</summary>
    public static async Task CompareListAsync(ModelClient client, IReadOnlyList<RoomModel> rooms)
    {
        if (client.IsConnected) await client.WaitForListAsync(listed => CheckList(client.Name, rooms, listed, isLive: true));
    }

    /// <summary>Waits until a message is gone.</summary>
    public Task WaitUntilGoneAsync(int room, long seq) => UntilAsync(async () =>
    {
        var page = await gateways[0].AskAsync(HttpMethod.Get, $"/rooms/{names.Rooms[room]}/messages?after={seq - 1}&limit=1", TokenOf(History.Watcher));
        return page.GetProperty("items")[0].GetProperty("text").ValueKind == JsonValueKind.Null ? null : $"message {seq} of room {room} does not expire";
    });

    /// <summary>The room as REST has it: the whole history, and what is newest of it. All is of one moment.</summary>
    public async Task<(long Head, IReadOnlyList<string> Lines)> ReadAsync(int room, GatewayProcess gateway)
    {
        var (token, at) = (TokenOf(History.Watcher), $"/rooms/{names.Rooms[room]}");
        while (true)
        {
            var listing = await gateway.AskAsync(HttpMethod.Get, at, token);
            var members = (await gateway.AskAsync(HttpMethod.Get, $"{at}/members?limit=200", token)).GetProperty("items").EnumerateArray().ToList();
            var whole = (await gateway.AskAsync(HttpMethod.Get, $"{at}/messages?after=0&limit=200", token)).GetProperty("items");
            var newest = (await gateway.AskAsync(HttpMethod.Get, $"{at}/messages?limit=100", token)).GetProperty("items");
            if ((await gateway.AskAsync(HttpMethod.Get, at, token)).GetProperty("headSeq").GetInt64() != listing.GetProperty("headSeq").GetInt64()) continue;

            newest.GetRawText().Should().Be(whole.GetRawText());
            listing.GetProperty("memberCount").GetInt32().Should().Be(members.Count);
            var view = new RoomView(names);
            view.Load(listing, members, whole.EnumerateArray());
            return (view.Head, view.Lines(first: 1));
        }
    }

    /// <summary>Everybody finds what they may see, and nothing else. The index is a moment behind.</summary>
    public async Task SearchAsync(IReadOnlyList<RoomModel> rooms)
    {
        var messages = rooms.SelectMany(room => room.Messages).ToList();
        // What was posted and edited, and by its own word the newest of what has gone, was edited and is there.
        string?[] words = ["says", "edit", messages.FindLast(message => message.IsGone)?.Key, messages.FindLast(message => message.Edited)?.Key, messages.FindLast(message => !message.IsGone)?.Key];
        foreach (var word in words.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            foreach (var name in rooms[0].People.Keys) await UntilAsync(() => SearchAsync(rooms, name, word));
        }
    }

    private async Task<string?> SearchAsync(IReadOnlyList<RoomModel> rooms, string name, string word)
    {
        var items = (await Next.AskAsync(HttpMethod.Get, $"/search?q={word}&limit=200", TokenOf(name))).GetProperty("items").EnumerateArray();
        var found = items.Select(item => $"{names.Rooms.IndexOf(item.GetProperty("roomId").GetString()!)}/{item.GetProperty("seq")}").ToList();
        var there = rooms.SelectMany((room, number) => (room.VisibleTo(name) ?? [])
            // What changed after somebody had left is not found by them.
            .Where(message => message.Rev <= (room.People[name].LeftSeq ?? long.MaxValue) && message.Text?.Split(' ').Any(part => part.StartsWith(word, StringComparison.Ordinal)) is true).Select(message => $"{number}/{message.Seq}")).ToList();
        var (only, missing) = (found.Except(there, StringComparer.Ordinal).ToList(), there.Except(found, StringComparer.Ordinal).ToList());
        return only.Count + missing.Count == 0 && found.Count == there.Count ? null : $"{name} searches for {word}, finds {string.Join(' ', only)} and not {string.Join(' ', missing)}";
    }

    private static async Task CompareAsync(ModelClient client, int room, RoomModel model)
    {
        if (client.IsConnected && model.Member(client.Name) is not null) Same(await client.LinesAtAsync(room, model.Head, model.FirstFor(client.Name)), model.LinesFor(client.Name), $"{client.Name} at {client.Gateway.Address}, room {room}");
    }

    private async Task ComparePinsAsync(int room, RoomModel model)
    {
        var pins = (await Next.AskAsync(HttpMethod.Get, $"/rooms/{names.Rooms[room]}/pins", TokenOf(History.Watcher))).GetProperty("items").EnumerateArray();
        pins.Select(pin => pin.GetProperty("seq").GetInt64()).Order().Should().Equal(model.Messages.Where(message => message.Pinned).Select(message => message.Seq), $"those are pinned in room {room}");
    }

    private async Task CompareThreadsAsync(int room, RoomModel model)
    {
        foreach (var root in model.Messages.Where(message => message.Replies > 0))
        {
            var thread = await Next.AskAsync(HttpMethod.Get, $"/rooms/{names.Rooms[room]}/messages/{names.MessageId(root.Key)}/thread?limit=200", TokenOf(History.Watcher));
            Same(LinesOf(thread), [root.Line, .. model.Messages.Where(message => message.Root == root.Key).Select(message => message.Line)], $"the thread of {root.Key}");
        }
    }

    /// <summary>Somebody's list by REST, with how far they have read.</summary>
    public async Task CompareListAsync(string name, IReadOnlyList<RoomModel> rooms)
    {
        var listed = (await Next.AskAsync(HttpMethod.Get, "/rooms?limit=200", TokenOf(name))).GetProperty("items").EnumerateArray().ToList();
        var view = new ListView(names);
        var numbers = listed.ConvertAll(room => names.Rooms.IndexOf(room.GetProperty("id").GetString()!));
        for (var i = 0; i < listed.Count; i++)
        {
            view.Load(numbers[i], listed[i]);
            var me = rooms[numbers[i]].Member(name);
            $"{listed[i].GetProperty("role")} has read to {listed[i].GetProperty("lastReadSeq")}".Should().Be($"{me?.Role.ToString().ToLowerInvariant()} has read to {me?.LastRead}", $"{name} is that in room {numbers[i]}");
        }
        var inOrder = numbers.ConvertAll(number => view.Rooms.Single(room => room.Room == number));
        if (CheckList(name, rooms, inOrder, isLive: false) is { } wrong) throw new InvalidOperationException($"REST, {name}: {wrong}");
    }

    /// <summary>Up to where somebody has read.</summary>
    public async Task<long> ReadPositionAsync(string name, int room) =>
        (await Next.AskAsync(HttpMethod.Get, $"/rooms/{names.Rooms[room]}", TokenOf(name))).GetProperty("lastReadSeq").GetInt64();

    /// <summary>What somebody may read, former members too.</summary>
    private async Task CompareHistoryAsync(string name, int room, RoomModel model)
    {
        using var answer = await Next.CallAsync(HttpMethod.Get, $"/rooms/{names.Rooms[room]}/messages?after=0&limit=200", TokenOf(name));
        var page = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        if (model.VisibleTo(name) is not { } visible) page.GetProperty("code").GetString().Should().Be(RoomModel.NotMember);
        else Same(LinesOf(page), [.. visible.Select(message => message.Line)], $"{name} reads room {room}");
    }

    private static string? CheckList(string name, IReadOnlyList<RoomModel> rooms, IReadOnlyList<ListedRoom> listed, bool isLive)
    {
        var mine = Enumerable.Range(0, rooms.Count).Where(room => rooms[room].Member(name) is not null).ToList();
        var seen = listed.Select(room => isLive ? AsFarAsItCounts(name, rooms[room.Room], room) : room.Line).Order(StringComparer.Ordinal).ToList();
        var expected = mine.ConvertAll(room => rooms[room].ListingFor(name, room));
        if (!seen.SequenceEqual(expected, StringComparer.Ordinal)) return $"the list\n{string.Join('\n', expected)}\ninstead of\n{string.Join('\n', seen)}";

        var hidden = expected.FindAll(line => line.EndsWith(RoomLines.NoPreview, StringComparison.Ordinal));
        if (hidden.Count > 0) return null;
        var wrong = listed.Zip(listed.Skip(1)).FirstOrDefault(pair => rooms[pair.First.Room].LastBurst < rooms[pair.Second.Room].LastBurst && pair.First.At != pair.Second.At);
        return wrong == default ? null : $"room {wrong.Second.Room} before room {wrong.First.Room}, where something was said earlier";
    }

    /// <summary>What a live list says, without what it may say wrongly: an event goes to all alike, so the newest message may be one from before somebody came.</summary>
    private static string AsFarAsItCounts(string name, RoomModel model, ListedRoom listed)
    {
        if (model.Member(name) is null) return listed.Line;
        var right = model.ListingFor(name, listed.Room);
        return listed.Line == right || (right.EndsWith(RoomLines.NoPreview, StringComparison.Ordinal) && listed.Line.StartsWith(right[..^RoomLines.NoPreview.Length], StringComparison.Ordinal))
            ? right
            : listed.Line;
    }

    private List<string> LinesOf(JsonElement page)
    {
        var view = new RoomView(names);
        foreach (var message in page.GetProperty("items").EnumerateArray()) view.ShowMessage(message);
        return [.. view.MessageLines(first: 1)];
    }

    private string TokenOf(string name) => TestTokens.Issue(names.UserId(name));

    private static async Task UntilAsync(Func<Task<string?>> check)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(LookEvery);
        while (await check() is { } wrong)
        {
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new InvalidOperationException(wrong, e);
            }
        }
    }

    private static void Same(IReadOnlyList<string> seen, IReadOnlyList<string> model, string where)
    {
        var (only, missing) = (seen.Except(model, StringComparer.Ordinal).ToList(), model.Except(seen, StringComparer.Ordinal).ToList());
        if (only.Count + missing.Count > 0 || seen.Count != model.Count)
            throw new InvalidOperationException($"{where} shows\n{string.Join('\n', only)}\ninstead of\n{string.Join('\n', missing)}");
    }
}
