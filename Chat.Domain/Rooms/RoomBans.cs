using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Who is kept out of a room, for those who moderate it. A ban is made by <see cref="RemoveMember"/>.</summary>
public sealed class RoomBans(IMemberStore members, IRoomStore rooms)
{
    public async ValueTask<Outcome<IReadOnlyList<Ban>>> ListAsync(Caller caller, RoomId roomId, UserId? after, int limit, CancellationToken cancellationToken)
    {
        var (room, actor) = await rooms.FindForAsync(roomId, caller.Id, cancellationToken);
        if (RoomRights.Check(RoomAct.Ban, room, actor) is { } refusal) return refusal;
        return Outcome.Of(await members.ListBansAsync(roomId, after, limit, cancellationToken));
    }

    public ValueTask<Refusal?> LiftAsync(Caller caller, RoomId room, UserId user, CancellationToken cancellationToken) =>
        members.LiftBanAsync(room, caller.Id, user, static facts => RoomRights.Check(RoomAct.Ban, facts.Room, facts.Actor), cancellationToken);
}
