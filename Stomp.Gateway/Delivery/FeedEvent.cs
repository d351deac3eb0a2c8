using Chat.Domain.Events;

namespace Stomp.Gateway.Delivery;

/// <summary>An event on its way to listeners, with the part of its MESSAGE frame that is the same for all of them, made once and only if somebody asks.</summary>
/// <remarks>
/// A live one is asked under its feed's lock. One of a replay is asked by many at once: its <see cref="Tail"/> is made before it is shared, what else is made of
/// it is made under its own lock.
/// </remarks>
internal sealed class FeedEvent(PublishedEvent published)
{
    private ReadOnlyMemory<byte> _tail;
    private ReadOnlyMemory<byte> _tailWithAck;

    /// <summary>The tails of those shapes that were asked for; there are as many shapes as aliases, which are few.</summary>
    private List<Shaped>? _shaped;

    private readonly Lock _making = new();

    public PublishedEvent Published => published;

    public long Seq => published.Seq;

    /// <summary>Everything of the MESSAGE frame behind the subscriber's own headers.</summary>
    public ReadOnlyMemory<byte> Tail => _tail.IsEmpty ? _tail = MessageTails.OfEvent(published, published.Body.Span, withAck: false) : _tail;

    /// <summary>What the subscription is to get behind its own headers; empty when its shape does not show this event.</summary>
    public ReadOnlyMemory<byte> TailFor(in MessageHead head)
    {
        if (head.Shape is null && !head.AsksForAck) return Tail;
        lock (_making) return head.Shape is { } shape ? TailIn(shape, head.AsksForAck) : TailWithAck;
    }

    private ReadOnlyMemory<byte> TailWithAck => _tailWithAck.IsEmpty ? _tailWithAck = MessageTails.OfEvent(published, published.Body.Span, withAck: true) : _tailWithAck;

    private ReadOnlyMemory<byte> TailIn(IEventShape shape, bool withAck)
    {
        _shaped ??= [];
        foreach (var shaped in _shaped)
        {
            if (shaped.Shape == shape && shaped.WithAck == withAck) return shaped.Tail;
        }
        var tail = shape.Reshape(published) is { } body ? MessageTails.OfEvent(published, body.Span, withAck) : default;
        _shaped.Add(new Shaped(shape, withAck, tail));
        return tail;
    }

    private readonly record struct Shaped(IEventShape Shape, bool WithAck, ReadOnlyMemory<byte> Tail);
}
