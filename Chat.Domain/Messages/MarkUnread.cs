using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Moves a reader's position in a room back to before a message, so that it is unread again, and, where that moves it, tells the reader's other devices.</summary>
public sealed class MarkUnread(IMessageStore messages, IEventBus bus)
{
    public async ValueTask<Outcome<ReadState>> ExecuteAsync(Caller caller, RoomId room, long seq, CancellationToken cancellationToken)
    {
        if (seq < 1) return Refusal.Invalid("seq must be 1 or higher.");
        var marked = await messages.MarkUnreadAsync(room, caller.Id, seq, cancellationToken);
        if (marked.TryGet(out var state, out _) && state.HasMoved)
            bus.Signal(new ReadSignal(caller.Id, room, state.LastReadSeq, state.ReadCount, GoesBack: true));
        return marked;
    }
}
