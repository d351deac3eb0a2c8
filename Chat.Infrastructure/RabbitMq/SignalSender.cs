using System.Threading.Channels;
using Chat.Domain.Events;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>Signals out, unconfirmed: what the broker cannot take in time is dropped rather than waited for.</summary>
internal sealed class SignalSender(IChannel channel, NodeId node)
{
    /// <summary>A burst; more than that waiting means that the broker holds the connection back, and then a signal is stale before it leaves.</summary>
    private const int QueueCapacity = 1_024;

    private readonly Channel<Signal> _queue =
        Channel.CreateBounded<Signal>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });

    /// <summary>False when there is no room: the signal is dropped. Those of rooms are when half of it is taken: many who come at once must not cost somebody a message.</summary>
    public bool TrySend(Signal signal) => (signal is not RoomSignal || _queue.Reader.Count < QueueCapacity / 2) && _queue.Writer.TryWrite(signal);

    /// <summary>Sends until it is cancelled, or fails with the connection.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var signal in _queue.Reader.ReadAllAsync(cancellationToken))
        {
            var (exchange, key) = ChatTopology.RouteOf(signal);
            await channel.BasicPublishAsync(
                exchange, key, mandatory: false, SignalCodec.PropertiesOf(signal, node), SignalCodec.BodyOf(signal), cancellationToken);
        }
    }
}
