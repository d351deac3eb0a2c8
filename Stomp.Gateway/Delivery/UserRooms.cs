using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Stomp.Gateway.Delivery;

/// <summary>What this node keeps for a user whose room list is watched: the sessions that watch, and how the user stands in each room.</summary>
/// <remarks>The feeds call in here under their locks, so nothing in here may call into a feed while it holds its own.</remarks>
internal sealed class UserRooms(UserId id)
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

    /// <summary>Whether a member event is another than the one seen last: a bus brings it by the room's way and by the user's.</summary>
    public bool IsNews(RoomId room, long? seq)
    {
        lock (_lock) return seq is not { } number || (_standings.TryGetValue(room, out var standing) && standing.See(number));
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

    /// <returns>Whether the position went back: the sessions are told by <see cref="OnMentionsAgain"/> then.</returns>
    public bool OnRead(ReadSignal signal)
    {
        lock (_lock)
        {
            if (!_standings.TryGetValue(signal.RoomId, out var standing) || !standing.Read(signal)) return false;
            if (!signal.GoesBack) TellRead(standing);
            return signal.GoesBack;
        }
    }

    /// <summary>Takes the mentions that are unread again, as the store has them, and tells how far the user has read now.</summary>
    public void OnMentionsAgain(RoomId room, IReadOnlyList<long> mentions)
    {
        lock (_lock)
        {
            if (!_standings.TryGetValue(room, out var standing)) return;
            standing.RenewMentions(mentions);
            TellRead(standing);
        }
    }

    /// <summary>Whoever joins has nothing unread.</summary>
    public void OnJoinedAgain(RoomListing listing)
    {
        lock (_lock)
        {
            if (_standings.TryGetValue(listing.Room.Id, out var standing)) standing.MoveOn(listing.Membership.LastReadSeq, listing.Membership.ReadCount);
        }
    }

    private void TellRead(RoomStanding standing)
    {
        var tail = MessageTails.OfRead(standing.Feed.RoomId, standing.LastReadSeq, standing.UnreadCount, standing.MentionCount);
        foreach (var session in _sessions) session.OfferSignal(tail);
    }

    public void OnMessage(RoomStanding standing, PublishedEvent published)
    {
        lock (_lock)
        {
            // Whoever posts has read up to there.
            if (published.Subject == id) standing.MoveOn(published.Seq, published.MessageOrdinal);
            if (published.MentionsUser(id)) standing.AddMention(published.Seq);
            Push(MessageTails.OfListedMessage(published, standing.UnreadCount, standing.MentionCount));
        }
    }
}

/// <summary>How a user stands in one room; guarded by the lock of the <see cref="UserRooms"/> it belongs to, but for what its feed alone touches.</summary>
internal sealed class RoomStanding(UserRooms user, RoomFeed feed, ReadState state, IEnumerable<long> mentions) : IRoomListener
{
    private long _messageCount = state.MessageCount;
    private long _readCount = state.ReadCount;

    /// <summary>What was so when the standing began is no news.</summary>
    private long _memberSeq = state.HeadSeq;

    /// <summary>The messages that mention the user, ascending; those that were read meanwhile may be among them.</summary>
    private List<long> _mentions = [.. mentions];

    public RoomFeed Feed => feed;

    public long LastReadSeq { get; private set; } = state.LastReadSeq;

    public long UnreadCount => Math.Max(0, _messageCount - _readCount);

    public int MentionCount
    {
        get
        {
            var count = 0;
            for (var i = _mentions.Count - 1; i >= 0 && _mentions[i] > LastReadSeq; i--) count++;
            return count;
        }
    }

    /// <summary>Counts a mention, unless it is counted already.</summary>
    public void AddMention(long seq)
    {
        if (_mentions.Count > 0 && _mentions[^1] >= seq) return;
        if (_mentions.Count == IMentionStore.MostCounted) _mentions.RemoveAt(0);
        _mentions.Add(seq);
    }

    /// <summary>Takes those of the store, and what came behind the last of them.</summary>
    public void RenewMentions(IReadOnlyList<long> mentions)
    {
        var last = mentions.Count == 0 ? LastReadSeq : mentions[^1];
        _mentions = [.. mentions, .. _mentions.Where(seq => seq > last)];
    }

    public void OnEvent(FeedEvent next)
    {
        var published = next.Published;
        if (published.ConcernsRoom) user.Push(MessageTails.OfRoomSettings(published));
        if (published.MessageOrdinal < _messageCount || published.MessageOrdinal == 0) return;
        // Of the newest message the list shows what it says, so it is told as well when that changes. Its making was told before.
        if (published.MessageOrdinal == _messageCount && published.Name == MessageCreated.EventName) return;
        _messageCount = published.MessageOrdinal;
        user.OnMessage(this, published);
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
