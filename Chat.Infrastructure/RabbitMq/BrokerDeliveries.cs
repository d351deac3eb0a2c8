using System.Threading.Channels;
using Chat.Domain.Brokering;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// What has come to a session, handed on one at a time in the order in which it came. It stands between the client's own dispatcher and the listeners so that
/// a channel can be closed while a listener is still at work.
/// </summary>
internal sealed class BrokerDeliveries(IChannel channel, Action<Exception> onListenerFailed)
{
    // Without a bound of its own: the prefetch of each subscription bounds what the broker sends.
    private readonly Channel<(RabbitMqBrokerSubscription To, BrokerDelivery What)> _queue =
        Channel.CreateUnbounded<(RabbitMqBrokerSubscription, BrokerDelivery)>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(RabbitMqBrokerSubscription to, BrokerDelivery what) => _queue.Writer.TryWrite((to, what));

    /// <summary>Hands on until it is cancelled or the channel fails. What is left over goes back to its queue with the channel.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var (to, what) in _queue.Reader.ReadAllAsync(cancellationToken))
        {
            var isDone = !to.IsOver && await IsDoneAsync(to, what);
            if (!isDone && to.IsOver)
            {
                // The broker counts it as on its way to a consumer that is gone.
                await channel.BasicRejectAsync(what.Tag, requeue: true, cancellationToken);
            }
            else if (isDone && !to.IsSettledByListener)
            {
                // Whatever has ended meanwhile: it is done.
                await channel.BasicAckAsync(what.Tag, multiple: false, CancellationToken.None);
            }
        }
    }

    // A message at which the listener fails stays unsettled: to requeue it would bring it back at once, for ever, and to drop it would lose it.
    private async ValueTask<bool> IsDoneAsync(RabbitMqBrokerSubscription to, BrokerDelivery what)
    {
        try
        {
            await to.OnDelivery(what);
            return true;
        }
        catch (OperationCanceledException)
        {
            // It has ended, or its session is about to.
            return false;
        }
        catch (Exception failure)
        {
            onListenerFailed(failure);
            return false;
        }
    }
}
