using System.Collections.Concurrent;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Rooms;

namespace Stomp.Gateway.Delivery;

/// <summary>
/// The rooms that somebody on this node listens to. A feed begins with its first listener, and ends a while after the last has gone, so that people who come
/// and go do not make the broker bind and unbind.
/// </summary>
internal sealed partial class RoomFeeds(IEventBus bus, IRoomStore rooms, FeedFiller filler, TimeProvider time, ILogger<RoomFeeds> logger)
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);

    /// <summary>How many heads one read compares; the store's own bound.</summary>
    private const int HeadsPerRead = 500;

    private readonly ConcurrentDictionary<RoomId, Entry> _entries = [];

    /// <summary>The room's feed, running. The caller gives it back with <see cref="Release"/>.</summary>
    public async ValueTask<RoomFeed> AcquireAsync(RoomId room, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = _entries.GetOrAdd(room, static id => new Entry(new RoomFeed(id)));
            await entry.Gate.WaitAsync(cancellationToken);
            try
            {
                if (entry.Retired) continue;
                if (!entry.Started)
                {
                    await bus.ListenAsync(room, cancellationToken);
                    var heads = await rooms.ReadHeadsAsync([room], cancellationToken);
                    entry.Feed.Start(heads.Count == 0 ? 0 : heads[0].HeadSeq);
                    entry.Started = true;
                }
                Interlocked.Increment(ref entry.Users);
                return entry.Feed;
            }
            finally
            {
                // A feed that could not be started has no users; the next sweep takes it away.
                entry.IdleSince = time.GetTimestamp();
                entry.Gate.Release();
            }
        }
    }

    public void Release(RoomFeed feed)
    {
        var entry = _entries[feed.RoomId];
        entry.IdleSince = time.GetTimestamp();
        Interlocked.Decrement(ref entry.Users);
    }

    /// <summary>Hands an event to its room's feed, if this node has one.</summary>
    public void OnEvent(PublishedEvent published)
    {
        if (_entries.TryGetValue(published.RoomId, out var entry) && entry.Feed.Offer(published)) filler.Fill(entry.Feed);
    }

    /// <summary>Compares every feed with the store: what the bus lost without a trace is noticed here.</summary>
    /// <exception cref="StoreUnavailableException">The heads cannot be read now.</exception>
    public async Task AuditAsync(CancellationToken cancellationToken)
    {
        foreach (var some in _entries.Values.Where(e => e.Started).Select(e => e.Feed.RoomId).Chunk(HeadsPerRead))
        {
            foreach (var head in await rooms.ReadHeadsAsync(some, cancellationToken))
            {
                if (_entries.TryGetValue(head.RoomId, out var entry) && entry.Feed.Expect(head.HeadSeq)) filler.Fill(entry.Feed);
            }
        }
    }

    /// <summary>Ends the feeds that nobody has listened to for a while.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var (room, entry) in _entries)
        {
            if (Volatile.Read(ref entry.Users) > 0 || time.GetElapsedTime(entry.IdleSince) < Linger) continue;
            await entry.Gate.WaitAsync(cancellationToken);
            try
            {
                if (Volatile.Read(ref entry.Users) > 0 || entry.Retired) continue;
                // Whoever asks for the room meanwhile waits at the gate, and then begins a new feed, so this cannot end the new one's binding.
                entry.Retired = true;
                await bus.StopListeningAsync(room, cancellationToken);
                Log.Retired(logger, room);
            }
            finally
            {
                if (entry.Retired) _entries.TryRemove(room, out _);
                entry.Gate.Release();
            }
        }
    }

    private sealed class Entry(RoomFeed feed)
    {
        public RoomFeed Feed => feed;

        /// <summary>Owned by whoever starts or retires the feed; held while the bus is told.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int Users;
        public bool Started;
        public bool Retired;
        public long IdleSince;
    }

    private static partial class Log
    {
        [LoggerMessage(2510, LogLevel.Debug, "Room {RoomId}: nobody listens here any more")]
        public static partial void Retired(ILogger logger, RoomId roomId);
    }
}
