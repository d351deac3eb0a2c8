using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;

namespace Chat.Infrastructure.Sql.Search;

/// <summary>Rooms in which something was committed that the index may not know yet; each once, those that have waited longest first.</summary>
internal sealed class RoomsToIndex : ICommitObserver, IDisposable
{
    /// <summary>Rooms that may wait. One more is left to the sweep, which compares the rooms' heads with what is indexed.</summary>
    private const int MostWaiting = 100_000;

    private readonly Lock _lock = new();
    private readonly HashSet<RoomId> _waiting = [];
    private readonly Queue<RoomId> _order = [];
    private readonly SemaphoreSlim _some = new(0, 1);

    private long _commits;

    /// <summary>How often the node has committed something.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    public void OnCommitted(IReadOnlyList<RoomEvent> events)
    {
        Interlocked.Increment(ref _commits);
        Note(events[0].RoomId);
    }

    /// <summary>Notes a room. Never waits.</summary>
    public void Note(RoomId room)
    {
        lock (_lock)
        {
            if (_waiting.Count >= MostWaiting || !_waiting.Add(room)) return;
            _order.Enqueue(room);
            if (_some.CurrentCount == 0) _some.Release();
        }
    }

    /// <summary>Waits until there are some.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _some.WaitAsync(cancellationToken);

    /// <summary>Takes so many out at most; none when there are none.</summary>
    public IReadOnlyList<RoomId> Take(int most)
    {
        lock (_lock)
        {
            var rooms = new List<RoomId>(Math.Min(most, _order.Count));
            while (rooms.Count < most && _order.TryDequeue(out var room))
            {
                _waiting.Remove(room);
                rooms.Add(room);
            }
            return rooms;
        }
    }

    public void Dispose() => _some.Dispose();
}
