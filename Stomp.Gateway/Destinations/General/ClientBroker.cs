using Chat.Domain.Brokering;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.General;

/// <summary>What one session does with the broker: begun at its first use, ended with the session. Only the connection's read loop uses it.</summary>
internal sealed class ClientBroker(IBroker broker, IClientSession client) : IAsyncDisposable
{
    /// <summary>Each is a queue in the broker.</summary>
    private const int MostTempQueues = 64;

    private readonly Dictionary<string, string> _tempQueues = new(StringComparer.Ordinal);
    private IBrokerSession? _session;

    /// <exception cref="BrokerException">Never here; by the calls of the session.</exception>
    public IBrokerSession Session => _session ??= broker.Open(e => client.Fail(BrokerViolations.Of(e)));

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
        queue = await Session.OpenReplyQueueAsync(subscription.DeliverAsync, cancellationToken);
        _tempQueues.Add(destination, queue);
        return queue;
    }

    public ValueTask DisposeAsync() => _session?.DisposeAsync() ?? ValueTask.CompletedTask;
}
