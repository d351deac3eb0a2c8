using Chat.Domain.Outcomes;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations.Aliases;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations;

/// <summary>One destination that clients can SUBSCRIBE to.</summary>
internal interface ISubscribeHandler
{
    /// <summary>The destination's segments; <c>*</c> stands for one that varies, <c>**</c> at the end for one or more.</summary>
    IReadOnlyList<string> Pattern { get; }

    /// <summary>Begins the subscription. When this returns it is in effect.</summary>
    ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken);
}

/// <summary>A SUBSCRIBE to a destination that was found.</summary>
/// <param name="Destination">What to.</param>
/// <param name="Variables">The segments that vary, in order.</param>
/// <param name="Id">The subscription's id; null where a 1.0 client gave none.</param>
/// <param name="Ack">How the client says that it has a message.</param>
/// <param name="Head">What each MESSAGE of this subscription begins with.</param>
/// <param name="Frame">The frame itself. It borrows its memory until the handler first waits.</param>
internal sealed record SubscribeRequest(Destination Destination, IReadOnlyList<string> Variables, string? Id, AckMode Ack, ReadOnlyMemory<byte> Head, Frame Frame)
{
    /// <summary>The first segment that varies: below <c>rooms</c> the room's id.</summary>
    public string? Variable => Variables.Count > 0 ? Variables[0] : null;

    /// <summary>The destination as the client wrote it, which its MESSAGE frames carry.</summary>
    public required string SubscribedAs { get; init; }

    /// <summary>How an alias shows the room that this is; null for as it is.</summary>
    public RoomView? View { get; init; }
}

/// <summary>The values of <c>ack</c> (STOMP 1.2, SUBSCRIBE ack Header).</summary>
internal enum AckMode
{
    /// <summary>What was sent counts as received.</summary>
    Auto,

    /// <summary>An ACK or NACK stands for its message and all before it in the subscription.</summary>
    Client,

    /// <summary>An ACK or NACK stands for its message alone.</summary>
    ClientIndividual,
}
