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
/// Whoever publishes hands on too, if nobody does: to wake another thread for it would cost more than most deliveries do. Who publishes or signals from within a
/// call of the receiver leaves that to the one that called. Signals are handed on by a thread of the pool, as whoever sends one has other things to do.
/// </remarks>
internal sealed partial class InProcessEventBus : IEventBus, IThreadPoolWorkItem, IAsyncDisposable
{
    /// <summary>How many deliveries may wait for the receiver: some seconds' worth of a busy node. A publisher waits for room, a signal is dropped.</summary>
    private const int QueueCapacity = 8_192;

    /// <summary>How many deliveries make a burst; with more, what the first brings to clients would wait too long for the last.</summary>
    private const int MostInBurst = 32;

    /// <summary>After so many bursts a publisher leaves what others have published meanwhile to the pool.</summary>
    private const int MostBursts = 8;

    private readonly Channel<Action<IEventReceiver>> _queue = Channel.CreateBounded<Action<IEventReceiver>>(QueueCapacity);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly HashSet<RoomId> _rooms = [];
    private readonly HashSet<UserId> _users = [];
    private readonly HashSet<RoomId> _signalRooms = [];
    private readonly Counter<long> _droppedSignals;
    private readonly ILogger _logger;
    private readonly Action _handOnSome;
    private volatile IEventReceiver? _receiver;
    private int _isHandingOn;

    public InProcessEventBus(IMeterFactory meters, ILogger<InProcessEventBus> logger)
    {
        _logger = logger;
        _handOnSome = HandOnSome;
        _droppedSignals = meters.Create("ChatStomp.InProcess").CreateCounter<long>(
            "chatstomp.bus.signals.dropped", "{signal}", "Signals dropped because the bus could not take them.");
    }

    public bool IsShared => false;

    public Task StartAsync(IEventReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task PublishAsync(IReadOnlyList<PublishedEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var published in events)
            {
                if (!IsListenedTo(published)) continue;
                Action<IEventReceiver> handOn = receiver => receiver.OnEvent(published);
                if (_queue.Writer.TryWrite(handOn)) continue;
                HandOn();
                await _queue.Writer.WriteAsync(handOn, cancellationToken);
            }
        }
        catch (ChannelClosedException closed)
        {
            throw new BusUnavailableException("The gateway is stopping.", closed);
        }
        HandOn();
    }

    public void Signal(Signal signal)
    {
        if (!IsListenedTo(signal)) return;
        if (!_queue.Writer.TryWrite(receiver => receiver.OnSignal(signal))) _droppedSignals.Add(1);
        else if (Volatile.Read(ref _isHandingOn) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
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
        if (_receiver is null) return;
        HandOn();
        await _over.Task;
    }

    void IThreadPoolWorkItem.Execute() => HandOn();

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

    /// <summary>Hands on what waits, unless somebody does so already: then that one sees it.</summary>
    private void HandOn()
    {
        for (var bursts = 0; bursts < MostBursts; bursts++)
        {
            if (_receiver is not { } receiver || !_queue.Reader.TryPeek(out _) || Interlocked.Exchange(ref _isHandingOn, 1) == 1) break;
            try
            {
                receiver.OnBurst(_handOnSome);
            }
            catch (Exception failure)
            {
                LogReceiverFailed(failure);
            }
            Interlocked.Exchange(ref _isHandingOn, 0);
        }
        if (_queue.Reader.Completion.IsCompleted && Volatile.Read(ref _isHandingOn) == 0) _over.TrySetResult();
        if (_queue.Reader.TryPeek(out _) && Volatile.Read(ref _isHandingOn) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void HandOnSome()
    {
        for (var i = 0; i < MostInBurst && _queue.Reader.TryRead(out var handOn); i++)
        {
            try
            {
                handOn(_receiver!);
            }
            catch (Exception failure)
            {
                LogReceiverFailed(failure);
            }
        }
    }
}
