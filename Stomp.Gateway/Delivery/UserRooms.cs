using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Stomp.Gateway.Delivery;

/// <summary>What this node keeps for a user whose room list is watched: the sessions that watch, and how the user stands in each room.</summary>
/// <remarks>The feeds call in here under their locks, so nothing in here may call into a feed while it holds its own.</remarks>
/// <param name="id">Whose.</param>
/// <param name="onMembership">Told of each member event that concerns the user, in a room that is watched. Called under the feed's lock.</param>
internal sealed class UserRooms(UserId id, Action<PublishedEvent> onMembership)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RoomId, RoomStanding> _standings = [];
    private readonly List<RoomLists.Session> _sessions = [];

    public UserId Id => id;

    /// <summary>Held while rooms are taken up or let go; owned by <see cref="RoomLists"/>.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public bool Started { get; set; }

    public bool Retired { get; set; }

    /// <summary>Whether the bus listens for the user on this account.</summary>
    public bool Listens { get; set; }

    public bool HasSessions
    {
        get { lock (_lock) return _sessions.Count > 0; }
    }

    public void Add(RoomLists.Session session)
    {
        lock (_lock) _sessions.Add(session);
    }

    public void Remove(RoomLists.Session session)
    {
        lock (_lock) _sessions.Remove(session);
    }

    public bool Has(RoomId room)
    {
        lock (_lock) return _standings.ContainsKey(room);
    }

    public void Put(RoomStanding standing)
    {
        lock (_lock) _standings[standing.Feed.RoomId] = standing;
    }

    /// <summary>Passes on an event of the user's own membership. It comes from the room's feed as well as from the bus, so it comes also where the bus has lost it.</summary>
    public void OnMembership(PublishedEvent published) => onMembership(published);

    /// <summary>Whether a member event is another than the one seen last: a bus brings it by the room's way and by the user's.</summary>
    public bool IsNews(RoomId room, long? seq)
    {
        lock (_lock) return seq is not { } number || (_standings.TryGetValue(room, out var standing) && standing.See(number));
    }

    /// <summary>Compares with what the store has: moves read positions on that have moved there, and gives the rooms that are in one of the two alone.</summary>
    public IReadOnlyList<RoomId> Compare(IReadOnlyList<ReadState> states)
    {
        lock (_lock)
        {
            foreach (var state in states)
            {
                if (!_standings.TryGetValue(state.RoomId, out var standing) || state.LastReadSeq <= standing.LastReadSeq) continue;
                standing.MoveOn(state.LastReadSeq, state.ReadCount);
                PushRead(standing);
            }
            var stored = states.Select(state => state.RoomId).ToHashSet();
            stored.SymmetricExceptWith(_standings.Keys);
            return [.. stored];
        }
    }

    public RoomStanding? Take(RoomId room)
    {
        lock (_lock) return _standings.Remove(room, out var standing) ? standing : null;
    }

    public IReadOnlyList<RoomStanding> TakeAll()
    {
        lock (_lock)
        {
            var all = _standings.Values.ToList();
            _standings.Clear();
            return all;
        }
    }

    public void Push(ReadOnlyMemory<byte> tail)
    {
        lock (_lock)
        {
            foreach (var session in _sessions) session.Offer(tail);
        }
    }

    /// <summary>Tells the sessions how a room stood by the store; false where they were told of something since, unless it is the last try.</summary>
    public bool TryPush(ReadState state, ReadOnlyMemory<byte> tail, bool isLast)
    {
        lock (_lock)
        {
            if (!isLast && _standings.TryGetValue(state.RoomId, out var standing) && standing.LastSeq > state.HeadSeq) return false;
            Push(tail);
            return true;
        }
    }

    /// <summary>Moves a read position. True when it went back: then the sessions are told by <see cref="EndCount"/>, because mentions that were read before may not be known here.</summary>
    public bool OnRead(ReadSignal signal)
    {
        lock (_lock)
        {
            if (!_standings.TryGetValue(signal.RoomId, out var standing) || !standing.Read(signal)) return false;
            if (!signal.GoesBack) PushRead(standing);
            return signal.GoesBack;
        }
    }

    /// <summary>To be called before the store is asked for the unread mentions of a room; false when the user has none such.</summary>
    public bool BeginCount(RoomId room)
    {
        lock (_lock)
        {
            if (!_standings.TryGetValue(room, out var standing)) return false;
            standing.BeginCount();
            return true;
        }
    }

    /// <summary>Takes what the store said, null when it did not, and tells the sessions how the room is read.</summary>
    public void EndCount(RoomId room, IEnumerable<long>? mentions)
    {
        lock (_lock)
        {
            if (!_standings.TryGetValue(room, out var standing)) return;
            standing.EndCount(mentions);
            PushRead(standing);
        }
    }

    /// <summary>Tells the sessions how a room is read, as far as it is known.</summary>
    public void TellRead(RoomId room)
    {
        lock (_lock)
        {
            if (_standings.TryGetValue(room, out var standing)) PushRead(standing);
        }
    }

    /// <summary>The same for rooms that were just begun. Nobody has to be told of one, unless something was told of it meanwhile, with a count that was not known yet.</summary>
    public void EndFirstCount(ILookup<RoomId, long> mentions)
    {
        lock (_lock)
        {
            foreach (var (room, standing) in _standings)
            {
                if (!standing.IsCounting) continue;
                var told = standing.HasToldMeanwhile;
                standing.EndCount(mentions[room]);
                if (told) PushRead(standing);
            }
        }
    }

    /// <summary>Moves the read position, and the number of messages, on to where the store has them.</summary>
    public void MoveOn(RoomListing listing)
    {
        lock (_lock)
        {
            if (!_standings.TryGetValue(listing.Room.Id, out var standing)) return;
            standing.MoveOn(listing.Membership.LastReadSeq, listing.Membership.ReadCount);
            standing.Count(listing.Room.MessageCount);
        }
    }

    private void PushRead(RoomStanding standing)
    {
        var tail = MessageTails.OfRead(standing.Feed.RoomId, standing.LastReadSeq, standing.UnreadCount, standing.MentionCount);
        foreach (var session in _sessions) session.OfferSignal(tail);
    }

    /// <summary>A message was made, says something else, or nothing any more.</summary>
    /// <param name="standing">How the user stands in its room.</param>
    /// <param name="published">The event.</param>
    /// <param name="isNewest">Whether the room has none behind it. Of an older one the list shows no more than whether it mentions the user.</param>
    public void OnMessage(RoomStanding standing, PublishedEvent published, bool isNewest)
    {
        lock (_lock)
        {
            // Whoever posts has read up to there.
            if (published.Name == MessageCreated.EventName && published.Subject == id) standing.MoveOn(published.Seq, published.MessageOrdinal);
            var counts = standing.Mention(published.MessageSeq, published.MentionsUser(id));
            if (isNewest) Push(MessageTails.OfListedMessage(published, standing.UnreadCount, standing.MentionCount));
            else if (counts) Push(MessageTails.OfRead(published.RoomId, standing.LastReadSeq, standing.UnreadCount, standing.MentionCount));
        }
    }
}

/// <summary>How a user stands in one room; guarded by the lock of the <see cref="UserRooms"/> it belongs to, but for what its feed alone touches.</summary>
/// <remarks>At first its count of mentions is open: whoever makes it has to ask the store for them afterwards.</remarks>
internal sealed class RoomStanding(UserRooms user, RoomFeed feed, ReadState state) : IRoomListener
{
    private long _messageCount = state.MessageCount;
    private long _readCount = state.ReadCount;

    private long _lastSeq;

    /// <summary>The last event that the feed has told of; 0 before the first.</summary>
    public long LastSeq => Volatile.Read(ref _lastSeq);

    /// <summary>Whether the membership has ended, by what the feed told: nothing of the room is said then. The feed's alone.</summary>
    private bool _isOver;

    /// <summary>How many messages the store had when it was asked again: more than were told here, where the feed was ahead when this began.</summary>
    private long _storedCount;

    /// <summary>What was so when the standing began is no news.</summary>
    private long _memberSeq = state.HeadSeq;

    /// <summary>The messages that mention the user, ascending; those that were read meanwhile may be among them.</summary>
    private List<long> _mentions = [];

    /// <summary>What was noted since the store was asked for the mentions, and may not be in its answer; null while it is not asked.</summary>
    private List<(long Seq, bool IsMentioned)>? _meanwhile = [];

    public RoomFeed Feed => feed;

    public long LastReadSeq { get; private set; } = state.LastReadSeq;

    public long UnreadCount => Math.Max(0, Math.Max(_messageCount, _storedCount) - _readCount);

    public int MentionCount
    {
        get
        {
            var count = 0;
            for (var i = _mentions.Count - 1; i >= 0 && _mentions[i] > LastReadSeq; i--) count++;
            return count;
        }
    }

    /// <summary>Notes whether a message mentions the user. Tells whether that is another count than before.</summary>
    public bool Mention(long seq, bool isMentioned)
    {
        _meanwhile?.Add((seq, isMentioned));
        var at = _mentions.BinarySearch(seq);
        if (at >= 0 == isMentioned) return false;
        if (isMentioned) _mentions.Insert(~at, seq);
        else _mentions.RemoveAt(at);
        if (_mentions.Count > IMentionStore.MostCounted) _mentions.RemoveAt(0);
        return seq > LastReadSeq;
    }

    public bool IsCounting => _meanwhile is not null;

    /// <summary>Whether something came while the store is asked.</summary>
    public bool HasToldMeanwhile => _meanwhile is { Count: > 0 };

    /// <summary>Notes how many messages the store has; those that are still on their way are told all the same.</summary>
    public void Count(long messages) => _storedCount = Math.Max(_storedCount, messages);

    public void BeginCount() => _meanwhile = [];

    /// <summary>Takes the unread mentions of the store's answer, with what came meanwhile; null leaves those that are known.</summary>
    public void EndCount(IEnumerable<long>? mentions)
    {
        var meanwhile = _meanwhile ?? [];
        _meanwhile = null;
        if (mentions is null) return;
        _mentions = [.. mentions];
        foreach (var (seq, isMentioned) in meanwhile) Mention(seq, isMentioned);
    }

    public void OnEvent(FeedEvent next)
    {
        var published = next.Published;
        Volatile.Write(ref _lastSeq, published.Seq);
        if (published.ConcernsMember && published.Subject == user.Id) OnMembership(published);
        if (published.ConcernsRoom && !_isOver) user.Push(MessageTails.OfRoomSettings(published));
        if (published.MessageOrdinal == 0) return;
        // The making of what is counted already was told before.
        if (published.Name == MessageCreated.EventName && published.MessageOrdinal <= _messageCount) return;
        var isNewest = published.MessageOrdinal >= _messageCount;
        if (isNewest) _messageCount = published.MessageOrdinal;
        if (!_isOver) user.OnMessage(this, published, isNewest);
    }

    /// <summary>That the room goes off the list has to wait for the store, and may be long in coming; that nothing more is told of it must not.</summary>
    private void OnMembership(PublishedEvent published)
    {
        if (published.EndsMembership) _isOver = true;
        else if (published.Name == MemberJoined.EventName) _isOver = false;
        user.OnMembership(published);
    }

    /// <summary>Notes a member event; false when it, or a later one, was noted before.</summary>
    public bool See(long seq)
    {
        if (seq <= _memberSeq) return false;
        _memberSeq = seq;
        return true;
    }

    /// <summary>Moves the read position as the signal says; false when it was there already, or beyond.</summary>
    public bool Read(ReadSignal signal)
    {
        if (signal.GoesBack ? signal.Seq >= LastReadSeq : signal.Seq <= LastReadSeq) return false;
        MoveTo(signal.Seq, signal.Count);
        return true;
    }

    /// <summary>Moves the read position forward, where it is not there already.</summary>
    public void MoveOn(long seq, long count)
    {
        if (seq > LastReadSeq) MoveTo(seq, count);
    }

    private void MoveTo(long seq, long count)
    {
        LastReadSeq = seq;
        _readCount = count;
    }
}
