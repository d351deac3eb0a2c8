using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Tests.Delivery;

/// <summary>
/// A node's end of a broker at its worst: every event that is carried reaches the receiver at once, late and out of order, twice, or not at all, as the seed has
/// it. It never says that it lost something.
/// </summary>
internal sealed class UnreliableBus(int seed) : IEventBus
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly List<PublishedEvent> _late = [];
    private readonly HashSet<RoomId> _rooms = [];
    private IEventReceiver _receiver = null!;

    public int Dropped { get; private set; }

    public int Doubled { get; private set; }

    public int Delayed { get; private set; }

    public bool IsShared => true;

    public Task StartAsync(IEventReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        return Task.CompletedTask;
    }

    public void Carry(PublishedEvent published)
    {
        lock (_lock)
        {
            if (!_rooms.Contains(published.RoomId)) return;
            switch (_random.Next(10))
            {
                case 0:
                    Dropped++;
                    break;
                case 1:
                    Doubled++;
                    _receiver.OnEvent(published);
                    _receiver.OnEvent(published);
                    break;
                case 2 or 3 or 4:
                    Delayed++;
                    _late.Insert(_random.Next(_late.Count + 1), published);
                    break;
                default:
                    _receiver.OnEvent(published);
                    break;
            }
            while (_late.Count > 20)
            {
                _receiver.OnEvent(_late[^1]);
                _late.RemoveAt(_late.Count - 1);
            }
        }
    }

    /// <summary>As when a connection is back: what was on the way is gone, and the receiver is told.</summary>
    public void Interrupt()
    {
        lock (_lock)
        {
            _late.Clear();
            _receiver.OnInterrupted();
        }
    }

    public ValueTask ListenAsync(RoomId room, CancellationToken cancellationToken)
    {
        lock (_lock) _rooms.Add(room);
        return ValueTask.CompletedTask;
    }

    public ValueTask StopListeningAsync(RoomId room, CancellationToken cancellationToken)
    {
        lock (_lock) _rooms.Remove(room);
        return ValueTask.CompletedTask;
    }

    public Task PublishAsync(IReadOnlyList<PublishedEvent> events, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The storage node announces.");

    public void Signal(Signal signal)
    {
    }

    public ValueTask ListenAsync(UserId user, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask StopListeningAsync(UserId user, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask ListenToSignalsAsync(RoomId room, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask StopListeningToSignalsAsync(RoomId room, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
