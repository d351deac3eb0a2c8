using System.Collections.Concurrent;
using System.Text.Json;
using Chat.Tests.Journeys;
using Chat.Tests.Support;

namespace Chat.Tests.Model;

/// <summary>
/// Somebody's page: it hears of its rooms by the room list, loads each once, carries it on by the events, and comes back with <c>since</c> when it was away.
/// Whatever should not have come is a fault.
/// </summary>
internal sealed class ModelClient(string name, GatewayProcess gateway, Names names) : IAsyncDisposable
{
    /// <summary>For as long as a history may last.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly RoomView?[] _views = new RoomView?[History.Rooms];
    private readonly Dictionary<string, (int Room, long Last)> _subscriptions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _answers = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StompTestClient? _connection;
    private Task _reading = Task.CompletedTask;
    private ListView _list = new(names);
    private int _lastId;

    public string Name => name;

    public bool IsConnected => _connection is not null;

    /// <summary>Where it connects.</summary>
    public GatewayProcess Gateway => gateway;

    /// <summary>The first thing that should not have come; null while there is none.</summary>
    public string? Fault { get; private set; }

    public async Task ConnectAsync()
    {
        var connection = await StompTestClient.ConnectAsync(gateway.StompUrl, TestTokens.Issue(names.UserId(name)));
        lock (_lock) _list = new ListView(names);
        _connection = connection;
        _reading = ReadAsync(connection);
        await SendAsync("SUBSCRIBE\nid:errors\ndestination:/user/queue/errors\n\n\0");
        await SendAsync("SUBSCRIBE\nid:rooms\ndestination:/user/queue/rooms\n\n\0");
        await SendAsync("SUBSCRIBE\nid:list\ndestination:/app/rooms\n\n\0");
    }

    /// <summary>Goes without a word.</summary>
    public async Task DropAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is not { } connection) return;
        await connection.DisposeAsync();
        await _reading;
        lock (_lock) _subscriptions.Clear();
    }

    /// <summary>SENDs below a room, and tells the code of the refusal, or <c>none</c>.</summary>
    public async Task<string> SendAsync(int room, string destination, object? body)
    {
        var receipt = $"r{Interlocked.Increment(ref _lastId)}";
        var answer = _answers.GetOrAdd(receipt, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Fault is { } fault) throw new InvalidOperationException($"{name}: {fault}");
        var json = body is null ? "" : JsonSerializer.Serialize(body, JsonSerializerOptions.Web);
        await SendAsync($"SEND\ndestination:/app/rooms/{names.Rooms[room]}{destination}\nreceipt:{receipt}\ncontent-type:application/json\n\n{json}\0");
        return await answer.Task.WaitAsync(Patience);
    }

    /// <summary>What is shown of a room, as soon as it has got to that number.</summary>
    /// <param name="room">Which room.</param>
    /// <param name="head">The number.</param>
    /// <param name="first">The first message that counts.</param>
    public async Task<IReadOnlyList<string>> LinesAtAsync(int room, long head, long first)
    {
        IReadOnlyList<string> lines = [];
        await WaitAsync(() =>
        {
            if (_views[room] is not { IsLoaded: true } view || view.Head < head) return $"event {head} of room {room}, and has {_views[room]?.Head}";
            if (view.Head > head) throw new InvalidOperationException($"{name} has event {view.Head} of room {room}, whose last is {head}.");
            lines = view.Lines(first);
            return null;
        });
        return lines;
    }

    /// <summary>Waits until the room list is as it should be.</summary>
    /// <param name="check">Tells what is wrong with it; null when nothing is.</param>
    public Task WaitForListAsync(Func<IReadOnlyList<ListedRoom>, string?> check) => WaitAsync(() => check(_list.Rooms));

    private async Task WaitAsync(Func<string?> check)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            Task changed;
            string? wrong;
            lock (_lock)
            {
                if (Fault is { } fault) throw new InvalidOperationException($"{name}: {fault}");
                wrong = check();
                changed = _changed.Task;
            }
            if (wrong is null) return;
            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new InvalidOperationException($"{name} at {gateway.Address} waits in vain for {wrong}", e);
            }
        }
    }

    /// <summary>The number of the last event that it was given; 0 for none.</summary>
    public long HeadOf(int room)
    {
        lock (_lock) return _views[room]?.Head ?? 0;
    }

    public async ValueTask DisposeAsync()
    {
        await DropAsync();
        _sending.Dispose();
    }

    private async Task ReadAsync(StompTestClient connection)
    {
        try
        {
            while (true) await OnFrameAsync(await connection.ReadAsync(Forever));
        }
        catch (Exception) when (_connection != connection)
        {
            // It was dropped.
        }
        catch (Exception e)
        {
            lock (_lock) Fault ??= e.ToString();
            foreach (var answer in _answers.Values) answer.TrySetException(e);
            Tell();
        }
    }

    private async Task OnFrameAsync(TestFrame frame)
    {
        if (frame.Command == "RECEIPT") _answers[frame["receipt-id"]!].SetResult(RoomModel.Done);
        else if (frame.Command != "MESSAGE") throw new InvalidOperationException($"{frame}");
        else if (frame["subscription"] == "errors") OnRefusal(frame.Json);
        else if (frame["subscription"] == "rooms") await OnListChangeAsync(frame.Json);
        else if (frame["subscription"] == "list") await OnListAsync(frame.Json);
        else if (frame["subscription"]!.StartsWith("load", StringComparison.Ordinal)) await OnRoomAsync(frame);
        else await OnEventAsync(frame["subscription"]!, frame.Json);
        Tell();
    }

    /// <summary>Who was thrown out a moment ago is told so where they want to hear on; anything else has to be the answer to what was sent.</summary>
    private void OnRefusal(JsonElement refusal)
    {
        var code = refusal.GetProperty("code").GetString()!;
        if (refusal.GetProperty("receipt").GetString() is { } receipt) _answers[receipt].SetResult(code);
        else if (code != RoomModel.NotMember) throw new InvalidOperationException($"{refusal}");
    }

    private async Task OnListChangeAsync(JsonElement change)
    {
        var id = change.GetProperty("roomId").GetString()!;
        lock (_lock) _list.Apply(RoomOf(id), change);
        if (change.GetProperty("change").GetString() == "joined") await FollowAsync(id);
    }

    private async Task OnListAsync(JsonElement list)
    {
        foreach (var room in list.GetProperty("items").EnumerateArray())
        {
            var id = room.GetProperty("id").GetString()!;
            lock (_lock) _list.Load(RoomOf(id), room);
            await FollowAsync(id);
        }
    }

    /// <summary>Goes on where it was, or loads the room first.</summary>
    private Task FollowAsync(string id)
    {
        var room = RoomOf(id);
        return _views[room] is { IsLoaded: true } ? ListenAsync(room) : LoadAsync(room, isToListen: true);
    }

    private Task LoadAsync(int room, bool isToListen) => SubscribeAsync($"load{(isToListen ? "" : "-again")}", room, $"/app/rooms/{names.Rooms[room]}", "");

    private Task ListenAsync(int room)
    {
        var view = _views[room]!;
        return SubscribeAsync("room", room, $"/topic/rooms/{names.Rooms[room]}", $"since:{view.Head}\nepoch:{view.Epoch}\n");
    }

    private Task SubscribeAsync(string kind, int room, string destination, string headers)
    {
        var id = $"{kind}-{Interlocked.Increment(ref _lastId)}";
        lock (_lock) _subscriptions[id] = (room, HeadOf(room));
        return SendAsync($"SUBSCRIBE\nid:{id}\ndestination:{destination}\n{headers}\n\0");
    }

    private async Task OnRoomAsync(TestFrame frame)
    {
        var (subscription, snapshot) = (frame["subscription"]!, frame.Json);
        var room = _subscriptions[subscription].Room;
        lock (_lock)
        {
            var view = _views[room] ??= new RoomView(names);
            if (!view.IsLoaded || view.Head < snapshot.GetProperty("headSeq").GetInt64())
                view.Load(snapshot.GetProperty("room"), snapshot.GetProperty("members").EnumerateArray(), snapshot.GetProperty("messages").EnumerateArray());
        }
        if (!subscription.StartsWith("load-again", StringComparison.Ordinal)) await ListenAsync(room);
    }

    private async Task OnEventAsync(string subscription, JsonElement told)
    {
        var (room, last) = _subscriptions[subscription];
        if (told.GetProperty("event").GetString() == "room.reset")
        {
            lock (_lock)
            {
                _views[room]!.Forget();
                _subscriptions[subscription] = (room, told.GetProperty("headSeq").GetInt64());
            }
            await LoadAsync(room, isToListen: false);
            return;
        }
        var seq = told.GetProperty("seq").GetInt64();
        if (seq != last + 1) throw new InvalidOperationException($"Subscription {subscription} of room {room} had event {last}, and then got {told}");
        lock (_lock)
        {
            _subscriptions[subscription] = (room, seq);
            _views[room]!.Apply(told);
        }
    }

    private int RoomOf(string id) => names.Rooms.IndexOf(id) is >= 0 and var room ? room : throw new InvalidOperationException($"{name} hears of a room {id} that is none of this history's.");

    private async Task SendAsync(string frame)
    {
        var connection = _connection ?? throw new InvalidOperationException($"{name} is not connected.");
        await _sending.WaitAsync();
        try
        {
            await connection.SendAsync(frame);
        }
        finally
        {
            _sending.Release();
        }
    }

    private void Tell() => Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
