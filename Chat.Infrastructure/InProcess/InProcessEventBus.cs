using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.InProcess;

/// <summary>
/// The bus of a gateway that works alone: everything published here is handed to the receiver here, one at a time and in order. Whether somebody listens
/// is decided when a thing is published, as a broker would, so <see cref="IEventReceiver.OnInterrupted"/> is never needed.
/// </summary>
/// <remarks>
/// A loop of its own hands on, never the publisher: a receiver may publish or listen from within a call without meeting itself.
/// </remarks>
internal sealed partial class InProcessEventBus : IEventBus, IAsyncDisposable
{
    /// <summary>How many deliveries may wait for the receiver: some seconds' worth of a busy node. A publisher waits for room, a signal is dropped.</summary>
    private const int QueueCapacity = 8_192;

    private readonly Channel<Action<IEventReceiver>> _queue =
        Channel.CreateBounded<Action<IEventReceiver>>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });

    private readonly Lock _gate = new();
    private readonly HashSet<RoomId> _rooms = [];
    private readonly HashSet<UserId> _users = [];
    private readonly HashSet<RoomId> _signalRooms = [];
    private readonly Counter<long> _droppedSignals;
    private readonly ILogger _logger;
    private Task _handingOn = Task.CompletedTask;

    public InProcessEventBus(IMeterFactory meters, ILogger<InProcessEventBus> logger)
    {
        _logger = logger;
        _droppedSignals = meters.Create("ChatStomp.InProcess").CreateCounter<long>(
            "chatstomp.bus.signals.dropped", "{signal}", "Signals dropped because the bus could not take them.");
    }

    public Task StartAsync(IEventReceiver receiver, CancellationToken cancellationToken)
    {
        _handingOn = Task.Run(() => HandOnAsync(receiver), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task PublishAsync(IReadOnlyList<PublishedEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var published in events)
            {
                if (IsListenedTo(published))
                    await _queue.Writer.WriteAsync(receiver => receiver.OnEvent(published), cancellationToken);
            }
        }
        catch (ChannelClosedException closed)
        {
            throw new BusUnavailableException("The gateway is stopping.", closed);
        }
    }

    public void Signal(Signal signal)
    {
        if (!IsListenedTo(signal)) return;
        if (!_queue.Writer.TryWrite(receiver => receiver.OnSignal(signal))) _droppedSignals.Add(1);
    }

    public ValueTask ListenAsync(RoomId room, CancellationToken cancellationToken)
    {
        lock (_gate) _rooms.Add(room);
        return ValueTask.CompletedTask;
    }

    public ValueTask StopListeningAsync(RoomId room, CancellationToken cancellationToken)
    {
        lock (_gate) _rooms.Remove(room);
        return ValueTask.CompletedTask;
    }

    public ValueTask ListenAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_gate) _users.Add(user);
        return ValueTask.CompletedTask;
    }

    public ValueTask StopListeningAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_gate) _users.Remove(user);
        return ValueTask.CompletedTask;
    }

    public ValueTask ListenToSignalsAsync(RoomId room, CancellationToken cancellationToken)
    {
        lock (_gate) _signalRooms.Add(room);
        return ValueTask.CompletedTask;
    }

    public ValueTask StopListeningToSignalsAsync(RoomId room, CancellationToken cancellationToken)
    {
        lock (_gate) _signalRooms.Remove(room);
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes nothing more, and returns when what was taken has been handed on.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _handingOn;
    }

    private bool IsListenedTo(PublishedEvent published)
    {
        lock (_gate)
            return _rooms.Contains(published.RoomId) || (published is { ConcernsMember: true, Subject: { } subject } && _users.Contains(subject));
    }

    private bool IsListenedTo(Signal signal)
    {
        lock (_gate)
        {
            return signal switch
            {
                UserSignal { UserId: var user } => _users.Contains(user),
                RoomSignal { RoomId: var room } => _signalRooms.Contains(room),
                _ => true,
            };
        }
    }

    private async Task HandOnAsync(IEventReceiver receiver)
    {
        await foreach (var handOn in _queue.Reader.ReadAllAsync())
        {
            try
            {
                handOn(receiver);
            }
            catch (Exception failure)
            {
                LogReceiverFailed(failure);
            }
        }
    }
}
