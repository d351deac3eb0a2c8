using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;

namespace Stomp.Gateway.Delivery;

/// <summary>
/// What those who come back have missed. When a room's clients lose their connections together they miss the same events and come back within moments of each
/// other: one of them has the events read and encoded, the others get the same octets.
/// </summary>
/// <remarks>
/// A page is a run of events without a gap, and nothing can come into it afterwards; that it may lack what was committed since it was read only means that the
/// next page begins sooner. It is kept for a second from when its reading began, so that what is gone from the store is soon gone from here too.
/// </remarks>
internal sealed class ReplayPages(IMessageStore messages, IEventEncoder encoder, TimeProvider time)
{
    /// <summary>Octets that the pages may hold together; beyond it the oldest go.</summary>
    public const long MostBytes = 16 * 1024 * 1024;

    public const int PageSize = 200;

    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(RoomId Room, long After), Page> _pages = [];

    /// <summary>The same pages, the oldest first.</summary>
    private readonly LinkedList<Page> _byAge = [];
    private long _bytes;

    /// <summary>Octets held now.</summary>
    public long Bytes
    {
        get { lock (_lock) return _bytes; }
    }

    /// <summary>The room's events after that number, at most <see cref="PageSize"/>; empty when there is none yet.</summary>
    /// <exception cref="StoreUnavailableException">The database is gone.</exception>
    public Task<IReadOnlyList<FeedEvent>> ReadAsync(RoomId room, long after, CancellationToken cancellationToken)
    {
        Page page;
        lock (_lock)
        {
            ForgetTheOld();
            if (_pages.TryGetValue((room, after), out var shared)) return shared.Events.Task.WaitAsync(cancellationToken);
            page = new Page(room, after, time.GetTimestamp());
            _pages.Add((room, after), page);
            page.Place = _byAge.AddLast(page);
        }
        _ = FillAsync(page);
        return page.Events.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Not cancelled: the page is not only for the one who asked first.</summary>
    private async Task FillAsync(Page page)
    {
        try
        {
            var events = new List<FeedEvent>();
            long bytes = 0;
            foreach (var missed in await messages.ReadEventsAsync(page.Room, page.After, PageSize, CancellationToken.None))
            {
                var next = new FeedEvent(encoder.Encode(missed));
                // Made before others see the event: making it later would need a lock wherever it is read.
                bytes += next.Published.Body.Length + next.Tail.Length;
                events.Add(next);
            }
            Keep(page, bytes);
            page.Events.SetResult(events);
        }
        catch (Exception e)
        {
            Keep(page, bytes: 0);
            page.Events.SetException(e);
        }
    }

    /// <summary>Notes how large the page became. One in which there is nothing is not kept: who finds nothing looks again.</summary>
    private void Keep(Page page, long bytes)
    {
        lock (_lock)
        {
            if (page.Place is null) return;
            page.Bytes = bytes;
            _bytes += bytes;
            if (bytes == 0) Forget(page);
            while (_bytes > MostBytes) Forget(_byAge.First!.Value);
        }
    }

    private void ForgetTheOld()
    {
        while (_byAge.First is { Value: var oldest } && time.GetElapsedTime(oldest.Begun) >= KeptFor) Forget(oldest);
    }

    private void Forget(Page page)
    {
        _pages.Remove((page.Room, page.After));
        _byAge.Remove(page.Place!);
        page.Place = null;
        _bytes -= page.Bytes;
    }

    private sealed class Page(RoomId room, long after, long begun)
    {
        public RoomId Room => room;

        public long After => after;

        /// <summary>When its reading began.</summary>
        public long Begun => begun;

        public TaskCompletionSource<IReadOnlyList<FeedEvent>> Events { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Where it stands among the others; null when it is forgotten.</summary>
        public LinkedListNode<Page>? Place { get; set; }

        public long Bytes { get; set; }
    }
}
