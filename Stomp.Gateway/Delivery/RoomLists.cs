using System.Collections.Concurrent;
using System.Threading.Channels;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Stomp.Gateway.Delivery;

/// <summary>
/// Who on this node watches the own room list. Such a user listens to all of the own rooms, and to what concerns the user in person: joining and leaving
/// rooms, and reading on another device.
/// </summary>
internal sealed partial class RoomLists(UserListening listening, IRoomStore rooms, IMentionStore mentions, RoomFeeds feeds, ILogger<RoomLists> logger)
{
    /// <summary>How many feeds one subscription opens at a time.</summary>
    private const int FeedsAtOnce = 8;

    /// <summary>How many changes of single rooms may wait. One that finds no place is seen by the client when it next loads the list.</summary>
    private const int MostWaiting = 10_000;

    /// <summary>How often a room is read anew because something was told of it meanwhile. In one that is so busy, the next message puts the counts right.</summary>
    private const int MostLooks = 10;

    /// <summary>Between two looks at a store that cannot be reached.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<UserId, UserRooms> _users = [];
    private readonly Channel<Change> _changes = Channel.CreateBounded<Change>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    /// <summary>Whether the lists are to be compared with the store; asking once more before that is done changes nothing.</summary>
    private readonly Channel<bool> _comparisons = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Tells a client of every change of its user's room list from now on.</summary>
    public async ValueTask<ISubscription> SubscribeAsync(ISubscriber subscriber, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        while (true)
        {
            var user = _users.GetOrAdd(subscriber.UserId, static (id, lists) => new UserRooms(id, lists.OnMemberEvent), this);
            await user.Gate.WaitAsync(cancellationToken);
            try
            {
                if (user.Retired) continue;
                var session = new Session(this, user, subscriber, head);
                user.Add(session);
                if (user.Started) return session;
                try
                {
                    await StartAsync(user, cancellationToken);
                    return session;
                }
                catch
                {
                    user.Remove(session);
                    await RetireAsync(user, CancellationToken.None);
                    throw;
                }
            }
            finally
            {
                user.Gate.Release();
            }
        }
    }

    public void OnRead(ReadSignal signal)
    {
        if (!_users.TryGetValue(signal.UserId, out var user) || !user.OnRead(signal)) return;
        // Where there is no place to wait, the sessions are told what is known.
        if (!Note(new Change(signal.UserId, signal.RoomId, IsJoin: false, Seq: null) { IsReadAgain = true })) user.TellRead(signal.RoomId);
    }

    /// <summary>Notes that somebody joined, left or was changed; the same as often as one likes.</summary>
    public void OnMemberEvent(PublishedEvent published)
    {
        if (published.Subject is { } subject) Note(new Change(subject, published.RoomId, published.Name == MemberJoined.EventName, published.Seq));
    }

    /// <summary>Notes that a room is something else to a user.</summary>
    public void OnListing(ListingSignal signal) => Note(new Change(signal.UserId, signal.RoomId, IsJoin: false, Seq: null));

    /// <summary>
    /// Has all lists compared with the store, user by user: that somebody has joined a room of which this node knows nothing is told by the bus alone, which may have lost it.
    /// </summary>
    public void Compare() => _comparisons.Writer.TryWrite(true);

    /// <summary>Works off what was noted, until the server stops.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(HandleChangesAsync(stopping), CompareAsync(stopping));

    private async Task CompareAsync(CancellationToken stopping)
    {
        await foreach (var _ in _comparisons.Reader.ReadAllAsync(stopping))
        {
            foreach (var user in _users.Values)
            {
                try
                {
                    while (!await TryCompareAsync(user, stopping)) await Task.Delay(RetryDelay, stopping);
                }
                catch (Exception e) when (!stopping.IsCancellationRequested)
                {
                    Log.ComparisonFailed(logger, e);
                }
            }
        }
    }

    private async Task<bool> TryCompareAsync(UserRooms user, CancellationToken stopping)
    {
        try
        {
            foreach (var room in user.Compare(await rooms.ListReadStatesAsync(user.Id, stopping)))
                Note(new Change(user.Id, room, IsJoin: false, Seq: null) { IsComparison = true });
            return true;
        }
        catch (StoreUnavailableException e)
        {
            Log.ComparisonWaits(logger, e);
            return false;
        }
    }

    private async Task HandleChangesAsync(CancellationToken stopping)
    {
        await foreach (var change in _changes.Reader.ReadAllAsync(stopping))
        {
            try
            {
                while (!await TryHandleAsync(change, stopping)) await Task.Delay(RetryDelay, stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                Log.ChangeFailed(logger, change.Room, e);
            }
        }
    }

    /// <summary>
    /// False when the store cannot be reached now. Those behind wait too, in their order: they need it as well, and the channel bounds them. What was marked as
    /// unread is not asked again, because the sessions were told what is known.
    /// </summary>
    private async Task<bool> TryHandleAsync(Change change, CancellationToken stopping)
    {
        try
        {
            await HandleAsync(change, stopping);
            return true;
        }
        catch (StoreUnavailableException e) when (!change.IsReadAgain)
        {
            Log.ChangeWaits(logger, change.Room, e);
            return false;
        }
    }

    /// <summary><see cref="RunAsync"/> sees to it, because it has to ask the store.</summary>
    private bool Note(Change change)
    {
        if (!_users.ContainsKey(change.User) || _changes.Writer.TryWrite(change)) return true;
        Log.ChangeDropped(logger, change.Room);
        return false;
    }

    private async Task HandleAsync(Change change, CancellationToken cancellationToken)
    {
        if (!_users.TryGetValue(change.User, out var user)) return;
        await user.Gate.WaitAsync(cancellationToken);
        try
        {
            if (user.Retired || !user.Started) return;
            if (change.IsReadAgain)
            {
                await CountAsync(user, change.Room, cancellationToken);
                return;
            }
            // The store is asked rather than the event believed: the same event may come twice, and late, when the user is back already.
            var listing = await rooms.FindListingAsync(change.Room, change.User, cancellationToken);
            if (listing is null)
            {
                if (user.Take(change.Room) is not { } left) return;
                EndStanding(left);
                user.Push(MessageTails.OfRoomRemoved(change.Room));
            }
            else if (!user.Has(change.Room))
            {
                try
                {
                    await BeginStandingAsync(user, ReadStateOf(listing), cancellationToken);
                    user.EndFirstCount(await ListMentionsAsync(user, change.Room, cancellationToken));
                }
                catch
                {
                    if (user.Take(change.Room) is { } begun) EndStanding(begun);
                    throw;
                }
                if (user.Has(change.Room)) await TellAsync(user, listing, MessageTails.OfRoomJoined, cancellationToken);
            }
            else if (!change.IsComparison && user.IsNews(change.Room, change.Seq))
            {
                // Who left and came back before the leaving was looked at was not taken off the list.
                if (change.IsJoin) user.MoveOn(listing);
                await TellAsync(user, listing, change.IsJoin ? MessageTails.OfRoomJoined : MessageTails.OfRoomUpdated, cancellationToken);
            }
        }
        finally
        {
            user.Gate.Release();
        }
    }

    /// <summary>Tells how a room stands. The feed tells of what is posted meanwhile, and what was read before that must not come behind it.</summary>
    private async Task TellAsync(UserRooms user, RoomListing listing, Func<RoomListing, ReadOnlyMemory<byte>> tailOf, CancellationToken cancellationToken)
    {
        for (var looks = 1; !user.TryPush(ReadStateOf(listing), tailOf(listing), isLast: looks == MostLooks); looks++)
        {
            // An end of the membership is a change of its own.
            if (await rooms.FindListingAsync(listing.Room.Id, user.Id, cancellationToken) is not { } again) return;
            listing = again;
        }
    }

    private async Task StartAsync(UserRooms user, CancellationToken cancellationToken)
    {
        // The user is listened to before the rooms are read: whatever is joined in between is heard of.
        await listening.BeginAsync(user.Id, cancellationToken);
        user.Listens = true;
        var states = await rooms.ListReadStatesAsync(user.Id, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = FeedsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(states, options, (state, token) => BeginStandingAsync(user, state, token));
        user.EndFirstCount(await ListMentionsAsync(user, room: null, cancellationToken));
        user.Started = true;
    }

    private async Task CountAsync(UserRooms user, RoomId room, CancellationToken cancellationToken)
    {
        if (!user.BeginCount(room)) return;
        IEnumerable<long>? counted = null;
        try
        {
            counted = (await ListMentionsAsync(user, room, cancellationToken))[room];
        }
        finally
        {
            user.EndCount(room, counted);
        }
    }

    private async Task<ILookup<RoomId, long>> ListMentionsAsync(UserRooms user, RoomId? room, CancellationToken cancellationToken) =>
        (await mentions.ListUnreadAsync(user.Id, room, cancellationToken)).ToLookup(mention => mention.RoomId, mention => mention.Seq);

    private async ValueTask BeginStandingAsync(UserRooms user, ReadState state, CancellationToken cancellationToken)
    {
        var feed = await feeds.AcquireAsync(state.RoomId, cancellationToken);
        var standing = new RoomStanding(user, feed, state);
        user.Put(standing);
        if (feed.AddLive(standing) <= state.HeadSeq) return;
        // What the feed gave out behind what the store had said and before it listened may have been the user's own, which moves the read position, or the end
        // of the membership.
        if (await rooms.FindListingAsync(state.RoomId, user.Id, cancellationToken) is { } listing) user.MoveOn(listing);
        else if (user.Take(state.RoomId) is { } over) EndStanding(over);
    }

    private void EndStanding(RoomStanding standing)
    {
        standing.Feed.Remove(standing);
        feeds.Release(standing.Feed);
    }

    private async ValueTask LeaveAsync(Session session)
    {
        var user = session.User;
        await user.Gate.WaitAsync();
        try
        {
            user.Remove(session);
            if (!user.HasSessions) await RetireAsync(user, CancellationToken.None);
        }
        finally
        {
            user.Gate.Release();
        }
    }

    private async Task RetireAsync(UserRooms user, CancellationToken cancellationToken)
    {
        user.Retired = true;
        foreach (var standing in user.TakeAll()) EndStanding(standing);
        if (user.Listens) await listening.EndAsync(user.Id, cancellationToken);
        _users.TryRemove(user.Id, out _);
    }

    private static ReadState ReadStateOf(RoomListing listing) => new(
        listing.Room.Id, listing.Room.HeadSeq, listing.Room.MessageCount, listing.Membership.LastReadSeq, listing.Membership.ReadCount);

    /// <summary>A room of a user's list is to be looked at again.</summary>
    /// <param name="User">Whose list.</param>
    /// <param name="Room">Which room.</param>
    /// <param name="IsJoin">Whether it is because the user joined.</param>
    /// <param name="Seq">The number of the event that says so; null where there is none.</param>
    private sealed record Change(UserId User, RoomId Room, bool IsJoin, long? Seq)
    {
        /// <summary>Whether it is because the user marked something as unread: then the mentions are counted anew, and nothing else is looked at.</summary>
        public bool IsReadAgain { get; init; }

        /// <summary>Whether it is because the list was not as the store has it. By now it may be, and then there is nothing to tell.</summary>
        public bool IsComparison { get; init; }
    }

    /// <summary>One client's subscription.</summary>
    internal sealed class Session(RoomLists lists, UserRooms user, ISubscriber subscriber, ReadOnlyMemory<byte> head) : ISubscription
    {
        public UserRooms User => user;

        public void Offer(ReadOnlyMemory<byte> tail) => subscriber.Offer(new(head, tail));

        public void OfferSignal(ReadOnlyMemory<byte> tail) => subscriber.OfferSignal(new(head, tail));

        public ValueTask DisposeAsync() => lists.LeaveAsync(this);
    }

    private static partial class Log
    {
        [LoggerMessage(2523, LogLevel.Warning, "Room lists cannot be compared with the store now; trying again")]
        public static partial void ComparisonWaits(ILogger logger, Exception exception);

        [LoggerMessage(2524, LogLevel.Error, "A room list could not be compared with the store; it is right again when it is next loaded")]
        public static partial void ComparisonFailed(ILogger logger, Exception exception);

        [LoggerMessage(2520, LogLevel.Warning, "Room {RoomId}: too many changes wait; the room lists of those concerned are right again when they are next loaded")]
        public static partial void ChangeDropped(ILogger logger, RoomId roomId);

        [LoggerMessage(2521, LogLevel.Warning, "Room {RoomId}: a change could not be told to a room list")]
        public static partial void ChangeFailed(ILogger logger, RoomId roomId, Exception exception);

        [LoggerMessage(2522, LogLevel.Warning, "Room {RoomId}: a change cannot be told to a room list now; trying again")]
        public static partial void ChangeWaits(ILogger logger, RoomId roomId, Exception exception);
    }
}
