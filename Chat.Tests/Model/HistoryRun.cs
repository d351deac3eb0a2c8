using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Tests.Journeys;

namespace Chat.Tests.Model;

/// <summary>
/// Runs a history on real gateways beside the model of it. What is done at the same time has to have an order in which the model says of each step what the
/// gateways said; and every client, and REST on every gateway, has to show the model's rooms.
/// </summary>
internal sealed class HistoryRun : IAsyncDisposable
{
    private readonly IReadOnlyList<GatewayProcess> _gateways;
    private readonly Names _names = new(Guid.NewGuid().ToString("N")[..8]);
    private readonly List<string> _ids = [];
    private readonly RoomModel[] _rooms;
    private readonly ModelClient[] _clients;
    private readonly ModelClient _watcher;
    private int _lastNumber;

    private HistoryRun(IReadOnlyList<GatewayProcess> gateways)
    {
        _gateways = gateways;
        _rooms = [RoomModel.Of(new RoomSettings(), Everybody), RoomModel.Of(new RoomSettings { HistoryForNewMembers = "sinceJoined", Visibility = "private" }, Everybody)];
        _clients = [.. Enumerable.Range(0, History.Clients).Select(i => ClientOf(History.Actors[i % History.Actors.Length], i / History.Actors.Length))];
        _watcher = ClientOf(History.Watcher, 0);
    }

    /// <summary>How many events there were, and how many steps were refused.</summary>
    public (long Events, int Refused) Tally { get; private set; }

    /// <exception cref="InvalidOperationException">The chat is not as the model says.</exception>
    public static async Task<(long Events, int Refused)> RunAsync(IReadOnlyList<GatewayProcess> gateways, History history)
    {
        await using var run = new HistoryRun(gateways);
        await run.PlayAsync(history);
        return run.Tally;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in AllClients) await client.DisposeAsync();
    }

    private static string[] Everybody => [.. History.Actors, History.Watcher];

    private IEnumerable<ModelClient> AllClients => _clients.Append(_watcher);

    private ModelClient ClientOf(string name, int gateway) => new(name, _gateways[gateway % _gateways.Count], _names, _ids);

    private async Task PlayAsync(History history)
    {
        const int BetweenComparisons = 15;

        foreach (var room in _rooms) _ids.Add(await MakeRoomAsync(room.Settings));
        foreach (var client in AllClients) await client.ConnectAsync();
        for (var i = 0; i < history.Bursts.Count; i++)
        {
            try
            {
                await PlayAsync(history.Bursts[i]);
                if (i % BetweenComparisons == BetweenComparisons - 1) await CompareAsync();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"In burst {i}, {history.Bursts[i]}: {e.Message}", e);
            }
        }
        await CompareAsync();
        Tally = (_rooms.Sum(room => room.Head), Tally.Refused);
    }

    private async Task<string> MakeRoomAsync(RoomSettings settings)
    {
        foreach (var name in Everybody) await _gateways[0].AskAsync(HttpMethod.Get, "/me", TokenOf(name));
        var made = await _gateways[0].AskAsync(HttpMethod.Post, "/rooms", TokenOf(Everybody[0]), new
        {
            name = settings.Name,
            visibility = settings.Visibility,
            historyForNewMembers = settings.HistoryForNewMembers,
            memberIds = Everybody.Skip(1).Select(_names.UserId),
        });
        return made.GetProperty("id").GetString()!;
    }

    private async Task PlayAsync(Burst burst)
    {
        var steps = burst.Steps.ConvertAll(step => step.Resolve(_rooms[step.Room], ++_lastNumber));
        foreach (var step in steps.OfType<MessageStep>()) await FindIdAsync(step);
        var codes = steps.ConvertAll(step => step is Join { Invite: not null } ? [.. _names.Invites[step.Room]] : ImmutableList<string>.Empty);
        var connecting = ConnectAsync(burst.Connecting);
        var told = await Task.WhenAll(steps.Select((step, i) => DoAsync(step, codes[i], burst.Connecting)));
        await connecting;

        for (var room = 0; room < _rooms.Length; room++)
        {
            var here = steps.Zip(told).Where(pair => pair.First.Room == room).ToImmutableList();
            if (!here.IsEmpty) _rooms[room] = await ExplainAsync(room, here);
        }
        Tally = (Tally.Events, Tally.Refused + told.Count(code => code != RoomModel.Done));
    }

    /// <summary>The room after what was done at the same time, in an order that explains what everybody was told.</summary>
    private async Task<RoomModel> ExplainAsync(int room, ImmutableList<(Step Step, string Told)> done)
    {
        var orders = Orders(_rooms[room], done).ToList();
        if (orders.Count == 0)
        {
            var expected = done.Select(pair => $"{pair.Step} was told {pair.Told}; alone it would be {pair.Step.Apply(_rooms[room]).Told}");
            throw new InvalidOperationException($"No order explains what was told:\n{string.Join('\n', expected)}\nin\n{string.Join('\n', _rooms[room].LinesFor(History.Watcher))}");
        }
        var pictures = orders.DistinctBy(order => string.Join('\n', order.LinesFor(History.Watcher).Append($"{order.Head}")), StringComparer.Ordinal).ToList();
        if (pictures.Count == 1) return orders[0];
        var (head, lines) = await ReadAsync(room, _gateways[0]);
        return pictures.Find(picture => picture.Head == head && picture.LinesFor(History.Watcher).SequenceEqual(lines, StringComparer.Ordinal))
            ?? throw new InvalidOperationException($"No order of {string.Join(" | ", done)} explains the room, at {head}:\n{string.Join('\n', lines)}");
    }

    private static IEnumerable<RoomModel> Orders(RoomModel room, ImmutableList<(Step Step, string Told)> rest)
    {
        if (rest.IsEmpty) yield return room;
        foreach (var next in rest)
        {
            var (told, after) = next.Step.Apply(room);
            if (told != next.Told) continue;
            foreach (var order in Orders(after, rest.Remove(next))) yield return order;
        }
    }

    private async Task<string> DoAsync(Step step, ImmutableList<string> codes, Connecting? connecting)
    {
        if (step.AsSend(_names) is { } send && step.Way.ByStomp && FindClient(step, connecting) is { } client) return await client.SendAsync(step.Room, send.Destination, send.Body);
        var request = step is Join join ? join.AsRequest(codes) : step.AsRequest(_names);
        using var content = request.Body is null ? null : JsonContent.Create(request.Body);
        using var answer = await _gateways[step.Way.Gateway % _gateways.Count].CallAsync(request.Method, $"/rooms/{_ids[step.Room]}{request.Path}", TokenOf(step.Who), content);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) return JsonElement.Parse(text).GetProperty("code").GetString()!;
        if (step is MakeInvite) Keep(step.Room, JsonElement.Parse(text).GetProperty("code").GetString()!);
        if (step is Post post) _names.Learn(post.Key, JsonElement.Parse(text).GetProperty("id").GetString()!);
        return RoomModel.Done;
    }

    private void Keep(int room, string code) => _names.Invites.AddOrUpdate(room, _ => [code], (_, codes) => codes.Add(code));

    /// <summary>A connected client of who does it, at the gateway where it is to be done; not one that is about to go.</summary>
    private ModelClient? FindClient(Step step, Connecting? connecting) => Array.Find(
        _clients, client => client.Name == step.Who && client.IsConnected && client.Gateway == _gateways[step.Way.Gateway % _gateways.Count] && client != (connecting is null ? null : _clients[connecting.Client]));

    private async Task ConnectAsync(Connecting? connecting)
    {
        if (connecting is null) return;
        var client = _clients[connecting.Client];
        var wasConnected = client.IsConnected;
        if (wasConnected) await client.DropAsync();
        if (!wasConnected || connecting.AtOnce) await client.ConnectAsync();
    }

    /// <summary>What was sent over STOMP has an id that only those know who have heard it.</summary>
    private async Task FindIdAsync(MessageStep step)
    {
        if (_names.Knows(step.Key) || _rooms[step.Room].Messages.Find(message => message.Key == step.Key) is not { } message) return;
        var page = await _gateways[0].AskAsync(HttpMethod.Get, $"/rooms/{_ids[step.Room]}/messages?after={message.Seq - 1}&limit=1", TokenOf(History.Watcher));
        _names.Learn(step.Key, page.GetProperty("items")[0].GetProperty("id").GetString()!);
    }

    /// <summary>Every client, and every gateway, shows what the model says.</summary>
    private async Task CompareAsync()
    {
        for (var room = 0; room < _rooms.Length; room++)
        {
            var model = _rooms[room];
            foreach (var client in AllClients) await CompareAsync(client, room, model);
            foreach (var gateway in _gateways)
            {
                var (head, lines) = await ReadAsync(room, gateway);
                head.Should().Be(model.Head);
                Same(lines, model.LinesFor(History.Watcher), $"REST at {gateway.Address}, room {room}");
            }
        }
    }

    private static async Task CompareAsync(ModelClient client, int room, RoomModel model)
    {
        if (client.Fault is { } fault) throw new InvalidOperationException($"{client.Name}: {fault}");
        if (model.Member(client.Name) is null)
        {
            // Whoever is out has heard that last.
            client.HeadOf(room).Should().BeLessThanOrEqualTo(model.People[client.Name].LeftSeq!.Value, $"{client.Name} is no member of room {room}");
            return;
        }
        if (client.IsConnected) Same(await client.LinesAtAsync(room, model.Head, model.FirstFor(client.Name)), model.LinesFor(client.Name), $"{client.Name} at {client.Gateway.Address}, room {room}");
    }

    /// <summary>The room as REST has it: the whole history, and what is newest of it.</summary>
    private async Task<(long Head, IReadOnlyList<string> Lines)> ReadAsync(int room, GatewayProcess gateway)
    {
        var (token, at) = (TokenOf(History.Watcher), $"/rooms/{_ids[room]}");
        var listing = await gateway.AskAsync(HttpMethod.Get, at, token);
        var members = (await gateway.AskAsync(HttpMethod.Get, $"{at}/members?limit=200", token)).GetProperty("items").EnumerateArray().ToList();
        var whole = await gateway.AskAsync(HttpMethod.Get, $"{at}/messages?after=0&limit=200", token);
        var newest = await gateway.AskAsync(HttpMethod.Get, $"{at}/messages?limit=100", token);
        newest.GetProperty("items").GetRawText().Should().Be(whole.GetProperty("items").GetRawText());
        listing.GetProperty("memberCount").GetInt32().Should().Be(members.Count);
        var pins = (await gateway.AskAsync(HttpMethod.Get, $"{at}/pins", token)).GetProperty("items").EnumerateArray().Select(pin => pin.GetProperty("seq").GetInt64());
        pins.Order().Should().Equal(_rooms[room].Head == listing.GetProperty("headSeq").GetInt64()
            ? _rooms[room].Messages.Where(message => message.Pinned).Select(message => message.Seq)
            : whole.GetProperty("items").EnumerateArray().Where(message => message.GetProperty("pinned").GetBoolean()).Select(message => message.GetProperty("seq").GetInt64()));

        var view = new RoomView(_names);
        view.Load(listing, members, whole.GetProperty("items").EnumerateArray());
        return (view.Head, view.Lines(first: 1));
    }

    private string TokenOf(string name) => TestTokens.Issue(_names.UserId(name));

    private static void Same(IReadOnlyList<string> seen, IReadOnlyList<string> model, string where)
    {
        var (only, missing) = (seen.Except(model, StringComparer.Ordinal).ToList(), model.Except(seen, StringComparer.Ordinal).ToList());
        if (only.Count + missing.Count > 0 || seen.Count != model.Count)
            throw new InvalidOperationException($"{where} shows\n{string.Join('\n', only)}\ninstead of\n{string.Join('\n', missing)}");
    }
}
