using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Who has asked to join a room where a moderator has to say yes. Asking is joining: <see cref="JoinRoom"/>.</summary>
public sealed class JoinRequests(IEntryStore entries, IRoomStore rooms)
{
    public async ValueTask<Outcome<IReadOnlyList<JoinRequest>>> ListAsync(Caller caller, RoomId roomId, UserId? after, int limit, CancellationToken cancellationToken)
    {
        var (room, actor) = await rooms.FindForAsync(roomId, caller.Id, cancellationToken);
        if (RoomRights.Check(RoomAct.Admit, room, actor) is { } refusal) return refusal;
        return Outcome.Of(await entries.ListRequestsAsync(roomId, after, limit, cancellationToken));
    }

    public ValueTask<Outcome<Member>> ApproveAsync(Caller caller, RoomId room, UserId user, CancellationToken cancellationToken) =>
        entries.ApproveAsync(room, caller.Id, user, static facts => Admit(facts) ?? JoinRoom.CheckPlace(facts.Room), cancellationToken);

    public ValueTask<Refusal?> RejectAsync(Caller caller, RoomId room, UserId user, CancellationToken cancellationToken) =>
        entries.RejectAsync(room, caller.Id, user, Admit, cancellationToken);

    private static Refusal? Admit(RoomFacts facts) => RoomRights.Check(RoomAct.Admit, facts.Room, facts.Actor);
}
