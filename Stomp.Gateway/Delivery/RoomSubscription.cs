using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Delivery;

/// <summary>One client's SUBSCRIBE to a room: the MESSAGE frames of its events, each with this subscription's own headers in front.</summary>
/// <remarks>
/// A client may ask for acknowledging what it gets here; it means nothing: who misses something asks for it by <c>since</c>.
/// <c>_seen</c> is the last number that the client was given. Only one party moves it: the replay until the feed has taken the subscription in,
/// the feed from then on.
/// A replay may reach back to an earlier time as a member: only what ends the membership that began at <c>joinedSeq</c> ends the subscription.
/// </remarks>
internal sealed class RoomSubscription(RoomFeeds feeds, RoomFeed feed, ISubscriber subscriber, MessageHead head, long seen, long joinedSeq = 0) : IRoomListener, ISubscription
{
    private long _seen = seen;
    private bool _ended;
    private int _disposed;

    public RoomFeed Feed => feed;

    /// <summary>The last number that the client was given.</summary>
    public long Seen => _seen;

    /// <summary>Whether the client's membership ended within what it was given; nothing of the room may follow.</summary>
    public bool Ended => _ended;

    public void OnEvent(FeedEvent next)
    {
        if (next.Seq <= _seen || _ended) return;
        if (next.TailFor(head) is { IsEmpty: false } tail) subscriber.Offer(new OutboundFrame(head.Octets, tail));
        Advance(next);
    }

    /// <summary>Gives the client an event of the replay.</summary>
    public async ValueTask ReplayAsync(FeedEvent next, CancellationToken cancellationToken)
    {
        if (next.TailFor(head) is { IsEmpty: false } tail) await subscriber.OfferWhenRoomAsync(new OutboundFrame(head.Octets, tail), cancellationToken);
        Advance(next);
    }

    /// <summary>Gives the client a frame that is no event of the room's, in front of those that are.</summary>
    public void Announce(ReadOnlyMemory<byte> tail) => subscriber.Offer(new OutboundFrame(head.Octets, tail));

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            feed.Remove(this);
            feeds.Release(feed);
        }
        return ValueTask.CompletedTask;
    }

    private void Advance(FeedEvent next)
    {
        _seen = next.Seq;
        // Whoever left or was removed hears that, and nothing after it.
        _ended = next.Published.EndsMembership && next.Published.Subject == subscriber.UserId && next.Seq > joinedSeq;
    }
}

/// <summary>What distinguishes the MESSAGE frames of one subscription.</summary>
/// <param name="Octets">What each begins with.</param>
/// <param name="AsksForAck">Whether each needs the header <c>ack</c>.</param>
/// <param name="Shape">The form that its events have; null for their own.</param>
internal readonly record struct MessageHead(ReadOnlyMemory<byte> Octets, bool AsksForAck, IEventShape? Shape = null);
