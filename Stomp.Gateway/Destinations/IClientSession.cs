using Chat.Domain.Users;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Security;

namespace Stomp.Gateway.Destinations;

/// <summary>What a destination may know of, and do with, the session that addresses it.</summary>
internal interface IClientSession : ISubscriber
{
    Caller Caller { get; }

    /// <summary>Puts a new token of the same user in the place of the session's own, which is about to end.</summary>
    void Renew(VerifiedToken token);

    /// <summary>Sends what the session has to be told in person to this subscription, until it is disposed.</summary>
    ISubscription OpenMailbox(Mailbox mailbox, ReadOnlyMemory<byte> head);
}

/// <summary>The queues that a session has for itself.</summary>
internal enum Mailbox
{
    /// <summary><c>/user/queue/errors</c></summary>
    Errors,

    /// <summary><c>/user/queue/events</c></summary>
    Events,
}
