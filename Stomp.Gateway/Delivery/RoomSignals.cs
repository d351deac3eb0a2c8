using System.Collections.Concurrent;
using Chat.Domain.Events;
using Chat.Domain.Rooms;

namespace Stomp.Gateway.Delivery;

/// <summary>Who on this node looks at which room's signals. A room begins with the first who looks, and ends with the last.</summary>
internal sealed class RoomSignals(IEventBus bus, RoomFeeds feeds, TimeProvider time)
{
    private readonly ConcurrentDictionary<RoomId, Entry> _entries = [];

    /// <summary>Tells a client the room's signals until it is disposed of, or the client's membership ends. In effect when this returns.</summary>
    /// <param name="subscriber">Whose client.</param>
    /// <param name="room">Which room.</param>
    /// <param name="joinedSeq">The number by which that became a member, last; an end of a membership before it is of an earlier one.</param>
    /// <param name="head">What each MESSAGE begins with.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<ISubscription> SubscribeAsync(ISubscriber subscriber, RoomId room, long joinedSeq, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = _entries.GetOrAdd(room, static (id, clock) => new Entry(new SignalRoom(id, clock)), time);
            await entry.Gate.WaitAsync(cancellationToken);
            try
            {
                if (entry.Retired) continue;
                var feed = await feeds.AcquireAsync(room, cancellationToken);
                var listener = new SignalListener(this, feed, subscriber, joinedSeq, head);
                feed.AddLive(listener);
                entry.Room.Add(listener);
                try
                {
                    await SettleAsync(entry, cancellationToken);
                    return listener;
                }
                catch
                {
                    // The bus does what it was told all the same: what was broken off is the waiting.
                    Take(entry, listener);
                    await SettleAsync(entry, CancellationToken.None);
                    throw;
                }
            }
            finally
            {
                Tidy(entry);
                entry.Gate.Release();
            }
        }
    }

    public void OnSignal(RoomSignal signal)
    {
        if (_entries.TryGetValue(signal.RoomId, out var entry)) entry.Room.OnSignal(signal);
    }

    public async ValueTask EndAsync(SignalListener listener)
    {
        var entry = _entries[listener.Feed.RoomId];
        await entry.Gate.WaitAsync();
        try
        {
            Take(entry, listener);
            await SettleAsync(entry, CancellationToken.None);
        }
        finally
        {
            Tidy(entry);
            entry.Gate.Release();
        }
    }

    private void Take(Entry entry, SignalListener listener)
    {
        entry.Room.Remove(listener);
        listener.Feed.Remove(listener);
        feeds.Release(listener.Feed);
    }

    /// <summary>A room at which nobody looks is none; whoever waits at its gate begins a new one.</summary>
    private void Tidy(Entry entry)
    {
        if (entry.Retired || entry.Room.Count > 0) return;
        entry.Retired = true;
        entry.Room.Dispose();
        _entries.TryRemove(entry.Room.Id, out _);
    }

    /// <summary>Listens while somebody looks, but not where too many do.</summary>
    private async ValueTask SettleAsync(Entry entry, CancellationToken cancellationToken)
    {
        var wanted = entry.Room.Count is > 0 and <= SignalRoom.MostListeners;
        if (wanted == entry.Listens) return;
        entry.Listens = wanted;
        if (wanted) await bus.ListenToSignalsAsync(entry.Room.Id, cancellationToken);
        else await bus.StopListeningToSignalsAsync(entry.Room.Id, cancellationToken);
    }

    private sealed class Entry(SignalRoom room)
    {
        public SignalRoom Room => room;

        /// <summary>Held while somebody comes or goes, and while the bus is told.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public bool Listens { get; set; }

        public bool Retired { get; set; }
    }
}

/// <summary>One client's look at a room's signals. It hears the room's events for one reason: to end with the membership.</summary>
internal sealed class SignalListener(RoomSignals owner, RoomFeed feed, ISubscriber subscriber, long joinedSeq, ReadOnlyMemory<byte> head) : IRoomListener, ISubscription
{
    private volatile bool _ended;
    private int _disposed;

    public RoomFeed Feed => feed;

    public void Offer(ReadOnlyMemory<byte> tail)
    {
        if (!_ended) subscriber.OfferSignal(new(head, tail));
    }

    public void OnEvent(FeedEvent next) => _ended |= next.Published.EndsMembership && next.Published.Subject == subscriber.UserId && next.Seq > joinedSeq;

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 0 ? owner.EndAsync(this) : ValueTask.CompletedTask;
}
