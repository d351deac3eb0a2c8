using System.Diagnostics;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>The bus of several gateways, over RabbitMQ (docs/protocol.md, section "RabbitMQ").</summary>
/// <remarks>
/// <para>When the broker goes away. What this node listens to is kept here, in <c>_rooms</c>, <c>_users</c> and <c>_signalRooms</c>; the bindings in the broker follow it. The node's
/// queue dies with its connection. A loop connects again, declares everything anew, binds all that is listened to at that moment, tells the receiver that events
/// may be missing, and only then consumes. An event published before the bindings were back is in the store by then, where the receiver looks for it; one
/// published after waits in the queue. So the receiver's look at the store and the queue overlap, and nothing falls between.</para>
/// <para>Somebody who begins to listen meanwhile is either in the set when it is bound, or queued behind it: both happen under <c>_gate</c>.</para>
/// </remarks>
internal sealed partial class RabbitMqEventBus : IEventBus, IHealthCheck, IAsyncDisposable
{
    private readonly NodeId _node;
    private readonly RabbitMqMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ConnectionFactory _factory;

    // Never disposed: it has no timer.
    private readonly CancellationTokenSource _stopping = new();

    private readonly Lock _gate = new();
    private readonly HashSet<RoomId> _rooms = [];
    private readonly HashSet<UserId> _users = [];
    private readonly HashSet<RoomId> _signalRooms = [];
    private BrokerSession? _session;

    /// <summary>Held during each call of the receiver: what an old connection still hands on does not meet what a new one does.</summary>
    private readonly Lock _receiving = new();
    private IEventReceiver _receiver = null!;
    private volatile bool _isStarted;
    private Task _running = Task.CompletedTask;
    private volatile bool _isConnected;

    public RabbitMqEventBus(IOptions<RabbitMqOptions> options, NodeId node, RabbitMqMetrics metrics, ILogger<RabbitMqEventBus> logger)
    {
        _node = node;
        _metrics = metrics;
        _logger = logger;
        _factory = RabbitMqFactory.Create(options.Value);
    }

    /// <summary>Whether events are carried at this moment.</summary>
    public bool IsConnected => _isConnected;

    public bool IsShared => true;

    public async Task StartAsync(IEventReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        _isStarted = true;
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running = Task.Run(() => RunAsync(tried, _stopping.Token), CancellationToken.None);
        await tried.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task PublishAsync(IReadOnlyList<PublishedEvent> events, CancellationToken cancellationToken) =>
        Session is { } session
            ? session.Events.PublishAsync(events, cancellationToken)
            : Task.FromException(new BusUnavailableException(AwaySentence));

    public void Signal(Signal signal)
    {
        if (Session is not { } session || !session.Signals.TrySend(signal)) _metrics.SignalDropped();
    }

    public ValueTask ListenAsync(RoomId room, CancellationToken cancellationToken) =>
        ListenAsync(_rooms, room, ChatTopology.BindingFor(room), cancellationToken);

    public ValueTask StopListeningAsync(RoomId room, CancellationToken cancellationToken) =>
        StopListeningAsync(_rooms, room, ChatTopology.BindingFor(room), cancellationToken);

    public ValueTask ListenAsync(UserId user, CancellationToken cancellationToken) =>
        ListenAsync(_users, user, ChatTopology.BindingFor(user), cancellationToken);

    public ValueTask StopListeningAsync(UserId user, CancellationToken cancellationToken) =>
        StopListeningAsync(_users, user, ChatTopology.BindingFor(user), cancellationToken);

    public ValueTask ListenToSignalsAsync(RoomId room, CancellationToken cancellationToken) =>
        ListenAsync(_signalRooms, room, ChatTopology.BindingForSignals(room), cancellationToken);

    public ValueTask StopListeningToSignalsAsync(RoomId room, CancellationToken cancellationToken) =>
        StopListeningAsync(_signalRooms, room, ChatTopology.BindingForSignals(room), cancellationToken);

    /// <summary>Whether there is a connection; of a bus that is not started, as when only the settings are tried, whether there can be one.</summary>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        _isConnected || (!_isStarted && await CanConnectAsync(cancellationToken)) ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, AwaySentence);

    /// <summary>May be called again: the container disposes of the bus once for each service that it is.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    private string AwaySentence => $"There is no connection to RabbitMQ at {_factory.Endpoint.HostName}:{_factory.Endpoint.Port}.";

    private async Task<bool> CanConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _factory.CreateConnectionAsync(cancellationToken);
            return true;
        }
        catch (BrokerUnreachableException e)
        {
            LogAway(_factory.Endpoint.HostName, _factory.Endpoint.Port, e);
            return false;
        }
    }

    private BrokerSession? Session
    {
        get
        {
            lock (_gate) return _session;
        }
    }

    // Bound again although it is in the set already: whoever asks second must not return before the first one's binding is in force.
    private async ValueTask ListenAsync<T>(HashSet<T> wanted, T what, NodeBinding binding, CancellationToken cancellationToken)
    {
        Task inForce;
        lock (_gate)
        {
            wanted.Add(what);
            inForce = _session?.Bindings.BindAsync([binding]) ?? Task.CompletedTask;
        }
        await inForce.WaitAsync(cancellationToken);
    }

    private async ValueTask StopListeningAsync<T>(HashSet<T> wanted, T what, NodeBinding binding, CancellationToken cancellationToken)
    {
        Task done;
        lock (_gate)
        {
            if (!wanted.Remove(what)) return;
            done = _session?.Bindings.UnbindAsync(binding) ?? Task.CompletedTask;
        }
        await done.WaitAsync(cancellationToken);
    }

    /// <summary>Keeps a session until the bus is disposed. Its catch is the one for all that can go wrong with the broker.</summary>
    private async Task RunAsync(TaskCompletionSource tried, CancellationToken stopping)
    {
        var backoff = new Backoff();
        var isInterrupted = false;
        var attempt = 0;
        while (!stopping.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await using var session = await BrokerSession.OpenAsync(_factory, _node, stopping);
                await ResumeAsync(session, isInterrupted, stopping);
                attempt = 0;
                tried.TrySetResult();
                LogLost(await session.Ended.WaitAsync(stopping));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                LogStopped();
            }
            catch (Exception failure)
            {
                // The first of a row says why; the others would only repeat it.
                Action<string, int, Exception> log = ++attempt == 1 ? LogAway : LogStillAway;
                log(_factory.Endpoint.HostName, _factory.Endpoint.Port, failure);
            }
            Suspend();
            tried.TrySetResult();
            isInterrupted = true;
            // A broker that takes connections and drops them at once is not asked five times a second for ever.
            if (Stopwatch.GetElapsedTime(began) > Backoff.Longest * 2) backoff.Reset();
            await Task.Delay(backoff.Next(), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ResumeAsync(BrokerSession session, bool isInterrupted, CancellationToken stopping)
    {
        Task<bool> bound;
        lock (_gate)
        {
            bound = session.Bindings.BindAsync(
                [.. _rooms.Select(ChatTopology.BindingFor), .. _users.Select(ChatTopology.BindingFor), .. _signalRooms.Select(ChatTopology.BindingForSignals)]);
            _session = session;
        }
        if (!await bound.WaitAsync(stopping)) throw new BusUnavailableException(await session.Ended);

        if (isInterrupted)
        {
            _metrics.Interrupted();
            Tell(receiver => receiver.OnInterrupted());
        }
        _isConnected = true;
        await session.ConsumeAsync(OnDelivery, stopping);
        LogConnected(_factory.Endpoint.HostName, _factory.Endpoint.Port);
    }

    private void Suspend()
    {
        _isConnected = false;
        lock (_gate) _session = null;
    }

    private void OnDelivery(BasicDeliverEventArgs delivery)
    {
        if (DeliveryCodec.TryReadEvent(delivery.BasicProperties, delivery.Body, out var published))
        {
            if (delivery.Exchange == ChatTopology.Events || IsListenedTo(published.Subject)) Tell(receiver => receiver.OnEvent(published));
        }
        else if (SignalCodec.TryRead(delivery.BasicProperties, delivery.Body, out var signal))
        {
            if (signal is not UserSignal { UserId: var user } || IsListenedTo(user)) Tell(receiver => receiver.OnSignal(signal));
        }
        else
        {
            _metrics.DeliveryMalformed();
            LogMalformed(delivery.Exchange, delivery.RoutingKey);
        }
    }

    // The routing key holds a digest of the user's id, so somebody else's may come.
    private bool IsListenedTo(UserId? user)
    {
        lock (_gate) return user is { } listener && _users.Contains(listener);
    }

    private void Tell(Action<IEventReceiver> what)
    {
        try
        {
            lock (_receiving) what(_receiver);
        }
        catch (Exception failure)
        {
            LogReceiverFailed(failure);
        }
    }
}
