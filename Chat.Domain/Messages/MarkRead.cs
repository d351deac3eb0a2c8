using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Moves a reader's position in a room forward, and, where that moves it, tells the reader's other devices and those who look at the room.</summary>
public sealed class MarkRead(IMessageStore messages, IEventBus bus)
{
    public async ValueTask<Outcome<ReadState>> ExecuteAsync(Caller caller, RoomId room, long seq, CancellationToken cancellationToken)
    {
        if (seq < 0) return Refusal.Invalid("seq must not be negative.");
        var marked = await messages.MarkReadAsync(room, caller.Id, seq, cancellationToken);
        if (marked.TryGet(out var state, out _) && state.HasMoved)
        {
            bus.Signal(new ReadSignal(caller.Id, room, state.LastReadSeq, state.ReadCount));
            bus.Signal(new ReadPositionSignal(room, caller.Id, state.LastReadSeq));
        }
        return marked;
    }
}
