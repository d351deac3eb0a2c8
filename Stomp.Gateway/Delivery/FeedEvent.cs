using Chat.Domain.Events;

namespace Stomp.Gateway.Delivery;

/// <summary>An event on its way to listeners, with the part of its MESSAGE frame that is the same for all of them, made once and only if somebody asks.</summary>
internal sealed class FeedEvent(PublishedEvent published)
{
    private ReadOnlyMemory<byte> _tail;
    private ReadOnlyMemory<byte> _tailWithAck;

    public PublishedEvent Published => published;

    public long Seq => published.Seq;

    /// <summary>Everything of the MESSAGE frame behind the subscriber's own headers.</summary>
    public ReadOnlyMemory<byte> Tail => _tail.IsEmpty ? _tail = MessageTails.OfEvent(published, withAck: false) : _tail;

    /// <summary>The same with the header <c>ack</c>, for subscriptions whose mode asks for it.</summary>
    public ReadOnlyMemory<byte> TailWithAck => _tailWithAck.IsEmpty ? _tailWithAck = MessageTails.OfEvent(published, withAck: true) : _tailWithAck;
}
