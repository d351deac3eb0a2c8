using Chat.Domain.Users;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Delivery;

/// <summary>A client's end of the delivery: what Delivery needs to know of a connection.</summary>
internal interface ISubscriber
{
    /// <summary>Who it is; known since before the first subscription, and the same until the end.</summary>
    UserId UserId { get; }

    /// <summary>What was agreed on at CONNECT.</summary>
    StompVersion Version { get; }

    /// <summary>
    /// Puts a frame into the client's queue. Never waits: a client whose queue is over its budget is closed as slow, and what is offered to a client that is
    /// closing is dropped. Either way it comes back by <c>since</c>.
    /// </summary>
    void Offer(in OutboundFrame frame);

    /// <summary>The same for a passing notice, which is dropped when the queue begins to fill: a client that falls behind loses these first.</summary>
    void OfferSignal(in OutboundFrame frame);

    /// <summary>The same for a replay, which can wait: completes when the queue has room. Ends with <see cref="OperationCanceledException"/> when the client goes.</summary>
    ValueTask OfferWhenRoomAsync(OutboundFrame frame, CancellationToken cancellationToken);
}
