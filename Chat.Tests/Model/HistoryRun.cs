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
    private readonly RoomModel[] _rooms;
    private readonly Comparison _comparison;
    private readonly ModelClient[] _clients;
    private readonly ModelClient _watcher;
    private int _lastNumber;

    private HistoryRun(IReadOnlyList<GatewayProcess> gateways)
    {
        _gateways = gateways;
        _comparison = new Comparison(gateways, _names);
        _rooms = [.. History.NewRooms];
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

    private IEnumerable<ModelClient> AllClients => _clients.Append(_watcher);

    private ModelClient ClientOf(string name, int gateway) => new(name, _gateways[gateway % _gateways.Count], _names);

    private async Task PlayAsync(History history)
    {
        const int BetweenComparisons = 15;

        for (var room = 0; room < _rooms.Length; room++)
        {
            _names.Rooms.Add(await MakeRoomAsync(_rooms[room].Settings));
            _rooms[room] = _rooms[room] with { LastBurst = room - _rooms.Length };
        }
        foreach (var client in AllClients) await client.ConnectAsync();
        for (var i = 0; i < history.Bursts.Count; i++)
        {
            try
            {
                await PlayAsync(history.Bursts[i], i);
                if (i % BetweenComparisons == BetweenComparisons - 1) await CompareAsync();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"In burst {i}, {history.Bursts[i]}: {e.Message}", e);
            }
        }
        await CompareAsync();
        await _comparison.SearchAsync(_rooms);
        Tally = (_rooms.Sum(room => room.Head), Tally.Refused);
    }

    private async Task<string> MakeRoomAsync(RoomSettings settings)
    {
        foreach (var name in History.Everybody) await _gateways[0].AskAsync(HttpMethod.Get, "/me", TokenOf(name));
        var made = await _gateways[0].AskAsync(HttpMethod.Post, "/rooms", TokenOf(History.Everybody[0]), new
        {
            name = settings.Name,
            visibility = settings.Visibility,
            historyForNewMembers = settings.HistoryForNewMembers,
            historyForFormerMembers = settings.HistoryForFormerMembers,
            memberIds = History.Everybody.Skip(1).Select(_names.UserId),
        });
        return made.GetProperty("id").GetString()!;
    }

    private async Task PlayAsync(Burst burst, int number)
    {
        var movesRead = burst.Steps.Exists(step => step is MoveReadPosition);
        if (movesRead) await QuietAsync(burst.Steps[0].Who);
        var steps = burst.Steps.ConvertAll(step => (step with { Burst = number }).Place(_rooms[step.Room], ++_lastNumber));
        foreach (var step in steps) await FindIdAsync(step.Room, step.About);
        var codes = steps.ConvertAll(step => step is Join { Invite: not null } ? [.. _names.Invites[step.Room]] : ImmutableList<string>.Empty);
        var connecting = ConnectAsync(burst.Connecting);
        var told = await Task.WhenAll(steps.Select((step, i) => DoAsync(step, codes[i], burst.Connecting)));
        await connecting;

        var looking = movesRead ? ImmutableHashSet.Create(burst.Steps[0].Who) : [];
        for (var room = 0; room < _rooms.Length; room++)
        {
            var here = steps.Zip(told).Where(pair => pair.First.Room == room).ToImmutableList();
            if (here.IsEmpty) continue;
            var before = _rooms[room];
            _rooms[room] = (await ExplainAsync(room, here)).WithEndsSince(before);
            foreach (var name in _rooms[room].NewSince(before))
            {
                _rooms[room] = _rooms[room].WithJoin(name, await _comparison.ReadPositionAsync(name, room), before.Head);
                looking = looking.Add(name);
            }
        }
        Tally = (Tally.Events, Tally.Refused + told.Count(code => code != RoomModel.Done));
        // Before they do anything else: whoever posts has read all.
        foreach (var name in looking) await QuietAsync(name);
        foreach (var client in AllClients) Comparison.CheckOutside(client, _rooms);
    }

    /// <summary>Waits until somebody's live lists are right, and looks at that of REST.</summary>
    private async Task QuietAsync(string name)
    {
        await SettleAsync();
        foreach (var client in _clients.Where(client => client.Name == name)) await Comparison.CompareListAsync(client, _rooms);
        await _comparison.CompareListAsync(name, _rooms);
    }

    /// <summary>The room after what was done at the same time, in an order that explains what everybody was told.</summary>
    private async Task<RoomModel> ExplainAsync(int room, ImmutableList<(Step Step, string Told)> done)
    {
        var orders = Orders(_rooms[room], [.. done.Select(pair => (pair.Step, (string?)pair.Told)), .. _rooms[room].Expiries.Select(expiry => ((Step)expiry, (string?)null))]).ToList();
        if (orders.Count == 0)
        {
            var expected = done.Select(pair => $"{pair.Step} was told {pair.Told}; alone it would be {pair.Step.Apply(_rooms[room]).Told}");
            throw new InvalidOperationException($"No order explains what was told:\n{string.Join('\n', expected)}\nin\n{string.Join('\n', _rooms[room].LinesFor(History.Watcher))}");
        }
        var pictures = orders.DistinctBy(order => string.Join('\n', order.LinesFor(History.Watcher).Append($"{order.Head}")), StringComparer.Ordinal).ToList();
        if (pictures.Count == 1) return orders[0];
        var (head, lines) = await _comparison.ReadAsync(room, _gateways[0]);
        return pictures.Find(picture => picture.Head == head && picture.LinesFor(History.Watcher).SequenceEqual(lines, StringComparer.Ordinal))
            ?? throw new InvalidOperationException($"No order of {string.Join(" | ", done)} explains the room, at {head}:\n{string.Join('\n', lines)}");
    }

    /// <summary>The room after every order of the steps that says what was told. What nobody is told of may have happened as well, or not yet.</summary>
    private static IEnumerable<RoomModel> Orders(RoomModel room, ImmutableList<(Step Step, string? Told)> rest)
    {
        if (rest.TrueForAll(pair => pair.Told is null)) yield return room;
        foreach (var next in rest)
        {
            var (told, after) = next.Step.Apply(room);
            if (next.Told is not null && told != next.Told) continue;
            foreach (var order in Orders(after, rest.Remove(next))) yield return order;
        }
    }

    private async Task<string> DoAsync(Step step, ImmutableList<string> codes, Connecting? connecting)
    {
        if (step.AsSend(_names) is { } send && step.Way.ByStomp && FindClient(step, connecting) is { } client) return await client.SendAsync(step.Room, send.Destination, send.Body);
        var request = step is Join join ? join.AsRequest(codes) : step.AsRequest(_names);
        using var content = request.Body is null ? null : JsonContent.Create(request.Body);
        var (path, token) = request.IsOfService
            ? (request.Path, TestTokens.Issue("shop", "service"))
            : ($"/rooms/{_names.Rooms[step.Room]}{request.Path}", TokenOf(step.Who));
        using var answer = await _gateways[step.Way.Gateway % _gateways.Count].CallAsync(request.Method, path, token, content);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) return JsonElement.Parse(text).GetProperty("code").GetString()!;
        if (step is MakeInvite) Keep(step.Room, JsonElement.Parse(text).GetProperty("code").GetString()!);
        if (step is Post or SaySystem) _names.Learn(JsonElement.Parse(text).GetProperty("clientMessageId").GetString()!, JsonElement.Parse(text).GetProperty("id").GetString()!);
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
    private async Task FindIdAsync(int room, string? key)
    {
        if (key is null || _names.Knows(key) || _rooms[room].Messages.Find(message => message.Key == key) is not { } message) return;
        var page = await _gateways[0].AskAsync(HttpMethod.Get, $"/rooms/{_names.Rooms[room]}/messages?after={message.Seq - 1}&limit=1", TokenOf(History.Watcher));
        _names.Learn(key, page.GetProperty("items")[0].GetProperty("id").GetString()!);
    }

    private string TokenOf(string name) => TestTokens.Issue(_names.UserId(name));

    /// <summary>Waits until no message is left whose time may be over at any moment, so that nothing more happens by itself.</summary>
    private async Task SettleAsync()
    {
        for (var room = 0; room < _rooms.Length; room++)
        {
            var expiries = _rooms[room].Expiries.ToList();
            foreach (var expiry in expiries) await _comparison.WaitUntilGoneAsync(room, _rooms[room].Messages.Find(message => message.Key == expiry.Key)!.Seq);
            if (expiries.Count > 0) _rooms[room] = await ExplainAsync(room, []);
        }
    }

    private async Task CompareAsync()
    {
        await SettleAsync();
        await _comparison.CompareAsync(_rooms, AllClients);
    }
}
