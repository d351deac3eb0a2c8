using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Stomp.Gateway.Delivery;

/// <summary>
/// The signals of one room for those on this node who look at it. What comes is gathered for a moment, of each user and kind the last counts, and goes out to all in
/// one MESSAGE. Who typed and says nothing more for a while has stopped, whatever became of them.
/// </summary>
internal sealed class SignalRoom : IDisposable
{
    /// <summary>With more who look, nobody is told anything: so many faces are not watched any more, and each signal costs as many frames.</summary>
    public const int MostListeners = 200;

    public static readonly TimeSpan TypingLasts = TimeSpan.FromSeconds(6);

    /// <summary>Gathered for between half of this and all of it, so that rooms do not all speak at one moment.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(400);

    /// <summary>Signals in one MESSAGE. More in one moment are dropped.</summary>
    private const int MostGathered = 200;

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<SignalListener> _listeners = [];
    private readonly Dictionary<(string Kind, UserId User), RoomSignal> _gathered = [];
    private readonly Dictionary<UserId, long> _typing = [];
    private readonly ITimer _timer;
    private bool _isDue;

    public SignalRoom(RoomId id, TimeProvider time)
    {
        (Id, _time) = (id, time);
        _timer = time.CreateTimer(static room => ((SignalRoom)room!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public RoomId Id { get; }

    public int Count
    {
        get { lock (_lock) return _listeners.Count; }
    }

    public void Add(SignalListener listener)
    {
        lock (_lock) _listeners.Add(listener);
    }

    public void Remove(SignalListener listener)
    {
        lock (_lock) _listeners.Remove(listener);
    }

    public void OnSignal(RoomSignal signal)
    {
        lock (_lock)
        {
            if (_listeners.Count is 0 or > MostListeners) return;
            if (signal is TypingSignal typing && !NoteTyping(typing)) return;
            Gather(signal);
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>False when the user did not type anyway.</summary>
    private bool NoteTyping(TypingSignal typing)
    {
        if (!typing.On) return _typing.Remove(typing.UserId);
        if (_typing.Count >= MostGathered && !_typing.ContainsKey(typing.UserId)) return false;
        _typing[typing.UserId] = _time.GetTimestamp();
        return true;
    }

    private void Gather(RoomSignal signal)
    {
        var key = (signal.Name, signal.UserId);
        if (_gathered.Count >= MostGathered && !_gathered.ContainsKey(key)) return;
        _gathered[key] = signal;
        if (_isDue) return;
        _isDue = true;
        _timer.Change(Gathering * (0.5 + (Random.Shared.NextDouble() / 2)), Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            _isDue = false;
            EndTyping();
            if (_gathered.Count > 0)
            {
                var tail = MessageTails.OfSignals(_gathered.Values);
                foreach (var listener in _listeners) listener.Offer(tail);
                _gathered.Clear();
            }
            if (_typing.Count > 0) _timer.Change(TypingLasts - _time.GetElapsedTime(_typing.Values.Min()) is { Ticks: > 0 } left ? left : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private void EndTyping()
    {
        foreach (var (user, since) in _typing)
        {
            if (_time.GetElapsedTime(since) < TypingLasts) continue;
            _typing.Remove(user);
            _gathered[(TypingSignal.SignalName, user)] = new TypingSignal(Id, user, On: false);
        }
    }
}
