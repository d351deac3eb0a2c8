using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>How this gateway connects to its broker, whatever for.</summary>
internal static class RabbitMqFactory
{
    public static ConnectionFactory Create(RabbitMqOptions options) => new()
    {
        Uri = new Uri(options.Uri!),
        // The client's own recovery knows neither what may have been lost nor what is wanted by now; those who connect do.
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        ConsumerDispatchConcurrency = 1,
        RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
        HandshakeContinuationTimeout = TimeSpan.FromSeconds(5),
        ContinuationTimeout = TimeSpan.FromSeconds(10),
        // Both sides call the other dead after two silent periods: so long may the old connection of a vanished node hold its queue.
        RequestedHeartbeat = TimeSpan.FromSeconds(10),
    };
}
