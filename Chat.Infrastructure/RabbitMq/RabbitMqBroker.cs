using System.Diagnostics;
using Chat.Domain.Brokering;
using Chat.Domain.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>The connection that all sessions share, and what they have to know of each other there.</summary>
internal sealed record BrokerConnection(IConnection Amqp, ExclusiveQueues Exclusive);

/// <summary>Queues and topics in RabbitMQ (docs/protocol.md, "General destinations").</summary>
/// <remarks>
/// One connection for all sessions, opened when one asks and none is there. When it is lost its sessions are over; who asks next opens another. Those who ask
/// while it is being opened share the attempt and its outcome, and after a failure the next attempt waits by <see cref="Backoff"/>, so nobody waits longer than
/// one delay and one attempt. A broker takes 2,047 channels on a connection unless it is told otherwise, and a session in use is one of them.
/// </remarks>
internal sealed partial class RabbitMqBroker : IBroker, IAsyncDisposable
{
    private readonly NodeId _node;
    private readonly ILogger _logger;
    private readonly ConnectionFactory _factory;

    // Never disposed: it has no timer.
    private readonly CancellationTokenSource _stopping = new();

    private readonly Lock _gate = new();
    private readonly Backoff _backoff = new();
    private Task<BrokerConnection>? _connection;
    private long _connectedAt;
    private int _failures;

    public RabbitMqBroker(IOptions<RabbitMqOptions> options, NodeId node, ILogger<RabbitMqBroker> logger)
    {
        _node = node;
        _logger = logger;
        _factory = RabbitMqFactory.Create(options.Value);
    }

    public IBrokerSession Open(Action<BrokerException> onFailed) => new RabbitMqBrokerSession(this, onFailed);

    /// <exception cref="BrokerException">The broker cannot be reached.</exception>
    public Task<BrokerConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_connection is null) _connection = OpenAsync(last: null, TimeSpan.Zero);
            else if (HasEnded(_connection)) _connection = OpenAsync(_connection, Delay());
            return _connection.WaitAsync(cancellationToken);
        }
    }

    public void ListenerFailed(Exception failure) => LogListenerFailed(failure);

    public void SessionNotClosed(Exception failure) => LogNotClosed(failure);

    /// <summary>May be called again, as of <see cref="RabbitMqEventBus"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task<BrokerConnection>? last;
        lock (_gate) last = _connection;
        await CloseAsync(last);
    }

    private static bool HasEnded(Task<BrokerConnection> connection) =>
        connection.IsCompleted && (!connection.IsCompletedSuccessfully || !connection.Result.Amqp.IsOpen);

    private TimeSpan Delay()
    {
        // A broker that takes connections and drops them at once is not asked five times a second for ever.
        if (_failures == 0 && Stopwatch.GetElapsedTime(_connectedAt) > Backoff.Longest * 2) _backoff.Reset();
        return _backoff.Next();
    }

    private async Task<BrokerConnection> OpenAsync(Task<BrokerConnection>? last, TimeSpan delay)
    {
        await Task.Yield();
        await CloseAsync(last);
        await Task.Delay(delay, _stopping.Token);
        try
        {
            var connection = await _factory.CreateConnectionAsync(ChatTopology.ConnectionName(_node), _stopping.Token);
            connection.ConnectionShutdownAsync += (_, reason) =>
            {
                if (!_stopping.IsCancellationRequested) LogLost($"{reason.ReplyCode} {reason.ReplyText}");
                return Task.CompletedTask;
            };
            _failures = 0;
            _connectedAt = Stopwatch.GetTimestamp();
            LogConnected(_factory.Endpoint.HostName, _factory.Endpoint.Port);
            return new BrokerConnection(connection, new ExclusiveQueues(connection));
        }
        catch (Exception failure) when (!_stopping.IsCancellationRequested)
        {
            // The first of a row says why; the others would only repeat it.
            Action<string, int, Exception> log = ++_failures == 1 ? LogAway : LogStillAway;
            log(_factory.Endpoint.HostName, _factory.Endpoint.Port, failure);
            throw new BrokerException(BrokerFailure.Unavailable, $"There is no connection to RabbitMQ at {_factory.Endpoint.HostName}:{_factory.Endpoint.Port}.", failure);
        }
    }

    private static async Task CloseAsync(Task<BrokerConnection>? connection)
    {
        if (connection is null) return;
        await ((Task)connection).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!connection.IsCompletedSuccessfully) return;
        await connection.Result.Amqp.CloseAsync(Constants.ReplySuccess, "closed by the gateway", BrokerSession.CloseLimit, abort: true);
        await connection.Result.Amqp.DisposeAsync();
    }
}
