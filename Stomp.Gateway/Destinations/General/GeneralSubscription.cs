using Chat.Domain.Brokering;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Destinations.General;

/// <summary>One SUBSCRIBE to a general destination: each message that the broker hands over becomes a MESSAGE frame.</summary>
/// <param name="client">Whose it is.</param>
/// <param name="id">The subscription's id; null where a 1.0 client gave none.</param>
/// <param name="destination">As it was subscribed.</param>
/// <param name="isPattern">Whether that stands for several, so that each message has to say where it was sent to.</param>
/// <param name="ack">Whether the client settles its messages, and how.</param>
internal sealed class GeneralSubscription(IClientSession client, string? id, string destination, bool isPattern, AckMode ack) : ISubscription
{
    private readonly Lock _gate = new();

    // Never disposed: it has no timer, and a delivery may still look at it.
    private readonly CancellationTokenSource _ended = new();

    private IBrokerSubscription? _source;
    private bool _isOver;

    public bool ExpectsAcks => true;

    /// <summary>Sets what disposing ends; called once, when the broker has begun.</summary>
    public void Begin(IBrokerSubscription source) => _source = source;

    /// <summary>Puts a message into the client's queue; waits while that is full, and with it the broker.</summary>
    /// <exception cref="OperationCanceledException">The subscription ends or the client is going: the message stays the broker's.</exception>
    public async ValueTask DeliverAsync(BrokerDelivery delivery)
    {
        await client.WaitForRoomAsync(_ended.Token);
        lock (_gate)
        {
            // Behind the RECEIPT of UNSUBSCRIBE nothing comes under its id, which may be another subscription's by then (STOMP 1.2, UNSUBSCRIBE).
            if (_isOver) throw new OperationCanceledException("The subscription has ended.");
            var messageId = client.NextMessageId();
            if (ack is not AckMode.Auto) client.Expect(new ExpectedAck(messageId, this, id ?? destination, ack, settlement => client.Broker.SettleAsync(delivery.Tag, settlement)));
            if (!client.TryOffer(Frame(delivery, messageId))) throw new OperationCanceledException("The connection is closing.");
        }
    }

    // A durable subscription is kept unless the client says that it means the end of it (RabbitMQ STOMP plugin, Durable Topic Subscriptions).
    public ValueTask UnsubscribeAsync(Frame frame) => EndAsync(isForGood: QueueHeaders.IsTrue(frame.GetHeader("durable"u8)) is true);

    public ValueTask DisposeAsync() => EndAsync(isForGood: false);

    private async ValueTask EndAsync(bool isForGood)
    {
        // The broker's end begins first: it takes back what is given up here only when it knows that this is over.
        var ending = _source is not { } source ? Task.CompletedTask : isForGood ? source.DeleteAsync() : source.DisposeAsync().AsTask();
        lock (_gate) _isOver = true;
        await _ended.CancelAsync();
        await ending;
    }

    private OutboundFrame Frame(BrokerDelivery delivery, string messageId)
    {
        var headers = MessageFrame.Own(id, isPattern ? GeneralDestination.Format(delivery.Source) : destination, messageId);
        // The same as message-id: clients that send that instead work too (rabbitmq/rabbitmq-stomp#10).
        if (ack is not AckMode.Auto && client.Version is StompVersion.V12) headers = headers.Append(new("ack", messageId));
        headers = headers.Append(new("redelivered", delivery.IsRedelivered ? "true" : "false"));
        return MessageFrame.Of(client.Version, delivery.Message, headers);
    }
}
