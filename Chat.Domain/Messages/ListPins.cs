using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Tells a member what is pinned in a room, as far as the member may see.</summary>
public sealed class ListPins(IRoomStore rooms, IMessageLookup lookup)
{
    public async ValueTask<Outcome<IReadOnlyList<Message>>> ExecuteAsync(Caller caller, RoomId roomId, CancellationToken cancellationToken)
    {
        var (room, membership) = await rooms.FindForAsync(roomId, caller.Id, cancellationToken);
        if (room is null || membership is not { IsCurrent: true } || room.VisibleTo(membership) is not { } visible) return Refusal.NotMember;
        var pins = await lookup.ListPinsAsync(roomId, cancellationToken);
        return Outcome.Of<IReadOnlyList<Message>>([.. pins.Where(message => message.Seq >= visible.First)]);
    }
}
