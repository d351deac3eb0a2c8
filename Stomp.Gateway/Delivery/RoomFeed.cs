using Chat.Domain.Events;
using Chat.Domain.Rooms;

namespace Stomp.Gateway.Delivery;

/// <summary>
/// One room as this node hears it: whatever order the bus brings its events in, listeners see 1, 2, 3.
/// </summary>
/// <remarks>
/// <para><see cref="Position"/> is the last number delivered. An event at or below it was delivered before and is dropped. The next one is delivered. One further
/// ahead is held in <c>_early</c>, and the room is known to have got at least that far: if the missing ones have not come by themselves within a grace time,
/// they are read from the store (<see cref="FeedFiller"/>). They are there: numbers are given under the room's lock, so whoever sees 7 can read 6.</para>
/// <para>The feed owns its lock; listeners are called under it. Nothing under it waits.</para>
/// </remarks>
internal sealed class RoomFeed(RoomId roomId)
{
    /// <summary>How many events are held for want of an earlier one. Beyond it they are let go: the store has them too.</summary>
    private const int MostEarly = 1024;

    /// <summary>How many heads are known at a time. Pages of one kind call their subscriptions alike.</summary>
    private const int MostHeads = 8;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, PublishedEvent> _early = [];
    private readonly ReadOnlyMemory<byte>[] _heads = new ReadOnlyMemory<byte>[MostHeads];
    private int _oldestHead;
    private IRoomListener[] _listeners = [];
    private int _listenerCount;
    private long _known;

    public RoomId RoomId => roomId;

    /// <summary>The number of the last event delivered to listeners.</summary>
    public long Position { get; private set; }

    /// <summary>Whether an event is known to exist that was not delivered yet.</summary>
    public bool IsBehind
    {
        get { lock (_lock) return _known > Position; }
    }

    /// <summary>Sets where the feed begins; called once, after the bus listens to the room, so that nothing behind the head is missed.</summary>
    public void Start(long head)
    {
        lock (_lock)
        {
            Position = head;
            DeliverWhatFollows();
        }
    }

    /// <summary>Takes an event from the bus or the store. True when the feed is behind: one is missing that is known to exist.</summary>
    public bool Offer(PublishedEvent published)
    {
        lock (_lock)
        {
            if (published.Seq <= Position) return false;
            _known = Math.Max(_known, published.Seq);
            if (published.Seq == Position + 1)
            {
                Deliver(published);
                DeliverWhatFollows();
            }
            else if (_early.Count < MostEarly)
            {
                _early[published.Seq] = published;
            }
            return _known > Position;
        }
    }

    /// <summary>Notes that the room's events reach at least to this number. True when the feed is not there yet.</summary>
    public bool Expect(long head)
    {
        lock (_lock)
        {
            _known = Math.Max(_known, head);
            return _known > Position;
        }
    }

    /// <summary>The same octets as another subscription has them already, if one does: what is written to both is then known to be the same.</summary>
    public ReadOnlyMemory<byte> ShareHead(ReadOnlyMemory<byte> head)
    {
        lock (_lock)
        {
            foreach (var known in _heads)
            {
                if (known.Span.SequenceEqual(head.Span)) return known;
            }
            _heads[_oldestHead] = head;
            _oldestHead = (_oldestHead + 1) % MostHeads;
            return head;
        }
    }

    /// <summary>Adds a listener who has seen everything up to <paramref name="seen"/>; false when the feed is ahead of that, and the listener has to catch up first.</summary>
    public bool TryAdd(IRoomListener listener, long seen)
    {
        lock (_lock)
        {
            if (seen < Position) return false;
            if (_listenerCount == _listeners.Length) Array.Resize(ref _listeners, Math.Max(4, _listenerCount * 2));
            _listeners[_listenerCount++] = listener;
            return true;
        }
    }

    /// <summary>Adds a listener who begins with the next event, and tells where that leaves the feed.</summary>
    public long AddLive(IRoomListener listener)
    {
        lock (_lock)
        {
            TryAdd(listener, Position);
            return Position;
        }
    }

    public void Remove(IRoomListener listener)
    {
        lock (_lock)
        {
            var index = Array.IndexOf(_listeners, listener, 0, _listenerCount);
            if (index < 0) return;
            _listeners[index] = _listeners[--_listenerCount];
            _listeners[_listenerCount] = null!;
        }
    }

    private void DeliverWhatFollows()
    {
        while (_early.Count > 0)
        {
            var (seq, published) = _early.First();
            if (seq > Position + 1) return;
            _early.Remove(seq);
            if (seq == Position + 1) Deliver(published);
        }
    }

    private void Deliver(PublishedEvent published)
    {
        Position = published.Seq;
        var next = new FeedEvent(published);
        foreach (var listener in _listeners.AsSpan(0, _listenerCount)) listener.OnEvent(next);
    }
}
