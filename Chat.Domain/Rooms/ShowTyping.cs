using Chat.Domain.Events;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Tells those who look at a room that a member types, or no longer does.</summary>
public sealed class ShowTyping(IRoomStore rooms, IEventBus bus)
{
    public async ValueTask<bool> MayAsync(Caller caller, RoomId room, CancellationToken cancellationToken)
    {
        var (_, membership) = await rooms.FindForAsync(room, caller.Id, cancellationToken);
        return membership is { IsCurrent: true };
    }

    /// <summary>Best effort, for somebody who may.</summary>
    public void Show(Caller caller, RoomId room, bool on) => bus.Signal(new TypingSignal(room, caller.Id, on));
}
