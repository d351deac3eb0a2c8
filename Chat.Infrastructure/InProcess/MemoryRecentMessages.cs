using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;

namespace Chat.Infrastructure.InProcess;

/// <summary>The newest messages of the rooms that were opened last, in this process.</summary>
internal sealed class MemoryRecentMessages : IRecentMessages, ICommitObserver
{
    /// <summary>Characters of text that are kept at the most: with what is around them a few times as many octets.</summary>
    private const long MostCharacters = 4 * 1024 * 1024;

    /// <summary>What a message takes besides its text, counted as characters.</summary>
    private const int Overhead = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<RoomId, LinkedListNode<Kept>> _rooms = [];

    /// <summary>Opened last in front.</summary>
    private readonly LinkedList<Kept> _order = [];
    private long _characters;

    public ValueTask<RecentMessages?> FindAsync(RoomId room, string epoch, long head, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_rooms.TryGetValue(room, out var node) || node.Value.Epoch != epoch || node.Value.Head != head) return default;
            _order.Remove(node);
            _order.AddFirst(node);
            return ValueTask.FromResult<RecentMessages?>(node.Value.Messages);
        }
    }

    public ValueTask KeepAsync(RoomId room, string epoch, long head, RecentMessages messages, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_rooms.TryGetValue(room, out var node) && node.Value.Epoch == epoch && node.Value.Head >= head) return default;
            Put(new Kept(room, epoch, head, messages));
        }
        return default;
    }

    public void OnCommitted(IReadOnlyList<RoomEvent> events)
    {
        lock (_lock)
        {
            if (!_rooms.TryGetValue(events[0].RoomId, out var node) || node.Value.Head >= events[0].Seq) return;
            // What has missed an event fits no head any more, and might say what was deleted by it.
            if (node.Value.Head != events[0].Seq - 1 || events.Any(RecentMessages.AreUpsetBy)) Remove(node);
            else Put(node.Value with { Head = events[^1].Seq, Messages = Apply(node.Value.Messages, events) });
        }
    }

    private static RecentMessages Apply(RecentMessages kept, IReadOnlyList<RoomEvent> events)
    {
        if (!events.Any(each => each is MessageEvent)) return kept;
        var messages = new SortedDictionary<long, Message>(kept.Messages.ToDictionary(message => message.Seq));
        // One that is older than what is kept stays out.
        var oldest = kept.IsWhole || messages.Count == 0 ? 0 : kept.Messages[0].Seq;
        foreach (var changed in events.OfType<MessageEvent>().Where(each => each.Message.Seq >= oldest)) messages[changed.Message.Seq] = changed.Message;
        var newest = messages.Values.TakeLast(IRecentMessages.Most).ToList();
        return new RecentMessages(newest, kept.IsWhole && newest.Count == messages.Count);
    }

    private void Put(Kept kept)
    {
        if (_rooms.TryGetValue(kept.Room, out var before)) Remove(before);
        _rooms[kept.Room] = _order.AddFirst(kept);
        _characters += kept.Characters;
        while (_characters > MostCharacters) Remove(_order.Last!);
    }

    private void Remove(LinkedListNode<Kept> node)
    {
        _order.Remove(node);
        _rooms.Remove(node.Value.Room);
        _characters -= node.Value.Characters;
    }

    private sealed record Kept(RoomId Room, string Epoch, long Head, RecentMessages Messages)
    {
        public long Characters => Messages.Messages.Sum(message => (message.Text?.Length ?? 0) + (message.Data?.Length ?? 0) + Overhead);
    }
}
