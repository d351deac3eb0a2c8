using Chat.Domain.Brokering;
using Chat.Domain.Users;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations.General;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Security;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Destinations;

/// <summary>What a destination may know of, and do with, the session that addresses it.</summary>
internal interface IClientSession : ISubscriber
{
    Caller Caller { get; }

    /// <summary>The session's own dealings with the broker of the general destinations.</summary>
    ClientBroker Broker { get; }

    /// <summary>A message id that no other of this session has, of characters that need no escape in any version.</summary>
    string NextMessageId();

    /// <summary>Notes a message that the client has to settle, before it is offered.</summary>
    void Expect(ExpectedAck ack);

    /// <summary>Waits until the client's queue has room for a message that its broker can keep meanwhile.</summary>
    /// <exception cref="OperationCanceledException">The client is going, or waiting was given up.</exception>
    ValueTask WaitForRoomAsync(CancellationToken cancellationToken);

    /// <summary>Puts a frame into the client's queue; false when the client is going.</summary>
    bool TryOffer(in OutboundFrame frame);

    /// <summary>Ends the session with an ERROR, if it has not ended. May be called from anywhere.</summary>
    void Fail(Violation violation);

    /// <summary>Puts a new token of the same user in the place of the session's own, which is about to end.</summary>
    void Renew(VerifiedToken token);

    /// <summary>The user says to have stepped away, or to be back; until they say otherwise.</summary>
    void SayAway(bool isAway);

    /// <summary>Sends what the session has to be told in person to this subscription, until it is disposed.</summary>
    ISubscription OpenMailbox(Mailbox mailbox, ReadOnlyMemory<byte> head);
}

/// <summary>A message that the client has to settle.</summary>
/// <param name="AckId">What the client will name it by.</param>
/// <param name="Subscription">The subscription by which it came.</param>
/// <param name="SubscriptionId">What the client calls that: its id, or its destination where it has none.</param>
/// <param name="Mode">Whether an acknowledgement stands for those before it, too.</param>
/// <param name="Settle">Carries out what the client says.</param>
internal sealed record ExpectedAck(string AckId, ISubscription Subscription, string SubscriptionId, AckMode Mode, Func<Settlement, Task> Settle);

/// <summary>The queues that a session has for itself.</summary>
internal enum Mailbox
{
    /// <summary><c>/user/queue/errors</c></summary>
    Errors,

    /// <summary><c>/user/queue/events</c></summary>
    Events,
}
