using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Sessions;

namespace Stomp.Gateway.Delivery;

/// <summary>The way out of the domain: what the bus brings goes to those on this node who listen.</summary>
internal sealed class EventDelivery(
    RoomFeeds feeds,
    RoomLists roomLists,
    UserQueues userQueues,
    UserNotices notices,
    RoomSignals signals,
    Revocations revocations,
    ReplayPages pages,
    IGathering gathering) : IEventReceiver
{
    /// <summary>What was announced can be read; should it ever not be, the store is asked again after this, and not without a pause.</summary>
    private static readonly TimeSpan PauseWhenEmpty = TimeSpan.FromMilliseconds(50);

    private volatile bool _auditDue;

    /// <summary>Whether the bus may have lost something since this was last asked.</summary>
    public bool TakeAuditDue() => _auditDue && !(_auditDue = false);

    public void OnEvent(PublishedEvent published)
    {
        feeds.OnEvent(published);
        if (published.ConcernsMember) roomLists.OnMemberEvent(published);
    }

    public void OnSignal(Signal signal)
    {
        switch (signal)
        {
            case ReadSignal read:
                roomLists.OnRead(read);
                break;
            case ListingSignal listing:
                roomLists.OnListing(listing);
                break;
            case UserMessage message:
                userQueues.OnMessage(message);
                break;
            case NoticeSignal notice:
                notices.OnNotice(notice);
                break;
            case RoomSignal ofRoom:
                signals.OnSignal(ofRoom);
                break;
            case RevokedSignal:
                revocations.Ring();
                break;
        }
    }

    public void OnInterrupted() => _auditDue = true;

    public void OnBurst(Action handOn) => gathering.Gather(handOn);

    /// <summary>
    /// Subscribes a client to a room. It gets every event after <see cref="ListeningStart.After"/>, first those from the store, then what comes, without a gap
    /// or a double between. Returns when it is live.
    /// </summary>
    public async ValueTask<RoomSubscription> SubscribeAsync(
        ISubscriber subscriber, ListeningStart start, MessageHead head, CancellationToken cancellationToken)
    {
        var feed = await feeds.AcquireAsync(start.Room.Id, cancellationToken);
        var shared = head with { Octets = feed.ShareHead(head.Octets) };
        var subscription = new RoomSubscription(feeds, feed, subscriber, shared, start.After, start.JoinedSeq);
        try
        {
            if (start.Reset) subscription.Announce(MessageTails.OfReset(start.Room));
            while (!subscription.Ended && !feed.TryAdd(subscription, subscription.Seen))
            {
                var page = await pages.ReadAsync(feed.RoomId, subscription.Seen, cancellationToken);
                if (page.Count == 0) await Task.Delay(PauseWhenEmpty, cancellationToken);
                foreach (var missed in page)
                {
                    if (!subscription.Ended) await subscription.ReplayAsync(missed, cancellationToken);
                }
            }
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync();
            throw;
        }
    }
}
