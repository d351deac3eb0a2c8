using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Leaves a group room.</summary>
public sealed class LeaveRoom(IRoomStore rooms)
{
    public async ValueTask<Refusal?> ExecuteAsync(Caller caller, RoomId room, CancellationToken cancellationToken) =>
        (await rooms.LeaveAsync(room, caller.Id, Admit, cancellationToken)).Refusal;

    private static Refusal? Admit(Room room) =>
        room.Kind is RoomKind.Direct ? Refusal.Invalid("A direct room cannot be left.") : null;
}
