using Chat.Domain.Brokering;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.General;

/// <summary>Who may name what in a queue's headers. A name there leads as far as a destination does, and is judged as one.</summary>
internal static class QueueGrants
{
    /// <summary>Why the queue of a SUBSCRIBE may not have the name that <c>x-queue-name</c> gives it; null when it may.</summary>
    /// <remarks>A queue of that name may be there already. Whoever may name it consumes from it, and can delete it.</remarks>
    public static Refusal? CheckName(Grants grants, Caller caller, Frame frame)
    {
        if (frame.GetHeader("x-queue-name"u8) is not { } name) return null;
        if (GeneralDestination.IsOwnName(name)) return Refusal.Forbidden("A queue of that name is the chat's own.");
        return grants.MaySubscribe(caller, GeneralDestination.Format(new QueueAddress(name)))
            ? null
            : Refusal.Forbidden("x-queue-name is for whoever may subscribe to the queue of that name.");
    }
}
