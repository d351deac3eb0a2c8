using Chat.Domain.Brokering;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.General;

/// <summary>What one session does with the broker: begun at its first use, ended with the session. Only the connection's read loop begins calls.</summary>
/// <remarks>
/// Whatever the broker refuses is the end of the session. Where a call meets it, whoever made the call tells the client, and with which receipt; what comes
/// between calls is told here.
/// </remarks>
internal sealed class ClientBroker(IBroker broker, IClientSession client) : IAsyncDisposable
{
    /// <summary>Each is a queue in the broker.</summary>
    private const int MostTempQueues = 64;

    private readonly Dictionary<string, string> _tempQueues = new(StringComparer.Ordinal);
    private IBrokerSession? _session;
    private BrokerException? _failure;
    private int _calls;
    private bool _isDisposed;

    private IBrokerSession Session => _session ??= broker.Open(OnFailed);

    /// <summary>As <see cref="IBrokerSession.PublishAsync"/>: the order among messages is that of the calls.</summary>
    /// <exception cref="BrokerException">The broker refused it, or is gone.</exception>
    public Task PublishAsync(BrokerAddress to, BrokerMessage message, QueueParameters parameters) => CallAsync(async () =>
    {
        await Session.PublishAsync(to, message, parameters);
        return true;
    });

    /// <exception cref="BrokerException">The broker refused it, or is gone.</exception>
    public Task<IBrokerSubscription> ConsumeAsync(
        BrokerAddress from, QueueParameters queue, ConsumeParameters parameters, Func<BrokerDelivery, ValueTask> onDelivery, CancellationToken cancellationToken) =>
        CallAsync(() => Session.ConsumeAsync(from, queue, parameters, onDelivery, cancellationToken));

    /// <exception cref="BrokerException">The broker is gone.</exception>
    public Task SettleAsync(ulong tag, Settlement settlement) => CallAsync(async () =>
    {
        await Session.SettleAsync(tag, settlement);
        return true;
    });

    /// <summary>
    /// The queue behind a <c>/temp-queue/</c> of this session, made at its first use. Its messages come to the client under the subscription id that is the
    /// destination itself, without a SUBSCRIBE (RabbitMQ STOMP plugin, Temp Queue Destinations).
    /// </summary>
    /// <exception cref="BrokerException">The broker refused it.</exception>
    /// <exception cref="StompViolationException">There are too many.</exception>
    public async ValueTask<string> TempQueueAsync(string destination, CancellationToken cancellationToken)
    {
        if (_tempQueues.TryGetValue(destination, out var queue)) return queue;
        if (_tempQueues.Count == MostTempQueues)
            throw new StompViolationException(new Violation("Too many temporary queues", $"A session has at most {MostTempQueues} of them."));
        var subscription = new GeneralSubscription(client, destination, destination, isPattern: false, AckMode.Auto);
        queue = await CallAsync(() => Session.OpenReplyQueueAsync(subscription.DeliverAsync, cancellationToken));
        _tempQueues.Add(destination, queue);
        return queue;
    }

    /// <summary>Gives back what was not settled. Once more does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (_session is not null) await _session.DisposeAsync();
    }

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        Interlocked.Increment(ref _calls);
        try
        {
            var result = await call();
            if (Interlocked.Decrement(ref _calls) == 0 && Volatile.Read(ref _failure) is { } failure) client.Fail(BrokerViolations.Of(failure));
            return result;
        }
        catch
        {
            Interlocked.Decrement(ref _calls);
            throw;
        }
    }

    private void OnFailed(BrokerException failure)
    {
        Interlocked.Exchange(ref _failure, failure);
        if (Volatile.Read(ref _calls) == 0) client.Fail(BrokerViolations.Of(failure));
    }
}
