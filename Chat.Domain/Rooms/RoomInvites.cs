using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>The invites of a room that still open it, for those who may invite.</summary>
public sealed class RoomInvites(IEntryStore entries, IRoomStore rooms)
{
    public async ValueTask<Outcome<IReadOnlyList<Invite>>> ListAsync(Caller caller, RoomId roomId, string? after, int limit, CancellationToken cancellationToken)
    {
        var (room, actor) = await rooms.FindForAsync(roomId, caller.Id, cancellationToken);
        if (RoomRights.Check(RoomAct.Invite, room, actor) is { } refusal) return refusal;
        return Outcome.Of(await entries.ListInvitesAsync(roomId, after, limit, cancellationToken));
    }

    /// <summary>From when this returns, the code opens nothing. What is no code of the room's is gone already.</summary>
    public ValueTask<Refusal?> RevokeAsync(Caller caller, RoomId room, string code, CancellationToken cancellationToken) =>
        entries.RevokeInviteAsync(room, caller.Id, code, static facts => RoomRights.Check(RoomAct.Invite, facts.Room, facts.Actor), cancellationToken);
}
