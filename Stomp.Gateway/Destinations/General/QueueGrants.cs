using Chat.Domain.Brokering;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.General;

/// <summary>Who may name what in a queue's headers. A name there leads as far as a destination does, and is judged as one.</summary>
internal static class QueueGrants
{
    /// <summary>Only within a grant of everything that is there.</summary>
    private const string AnyKey = "#";

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

    /// <summary>Why the queue that a frame is to make may not hand its dead letters on to where the headers say; null when it may, or says nothing.</summary>
    /// <param name="grants">Who may.</param>
    /// <param name="caller">Whose frame.</param>
    /// <param name="address">Its destination.</param>
    /// <param name="frame">A SEND or a SUBSCRIBE.</param>
    public static Refusal? CheckDeadLetters(Grants grants, Caller caller, BrokerAddress address, Frame frame)
    {
        if (frame.GetHeader("x-dead-letter-exchange"u8) is not { } exchange) return null;
        var key = frame.GetHeader("x-dead-letter-routing-key"u8);
        // The exchange without a name leads to the queue that the key names (AMQP 0-9-1, section 3.1.3.1). Without a key a message keeps the one that it came
        // with: in a queue that is not bound to anything its name, else whatever it was sent with.
        var isOwn = exchange.Length > 0 ? GeneralDestination.IsOwnName(exchange) : key is null ? address is not QueueAddress : GeneralDestination.IsOwnName(key);
        if (isOwn) return Refusal.Forbidden("Dead letters would come to where the chat's own word is said.");

        BrokerAddress to = exchange.Length > 0 ? new ExchangeAddress(exchange, key ?? AnyKey) : new QueueAddress(key ?? AnyKey);
        return grants.MaySend(caller, GeneralDestination.Format(to)) ? null : Refusal.Forbidden("x-dead-letter-exchange is for whoever may SEND to where it leads.");
    }
}
