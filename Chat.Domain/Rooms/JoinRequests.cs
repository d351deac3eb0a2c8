using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>
/// Who has asked to join a room where a moderator has to say yes. Asking is joining: <see cref="JoinRoom"/>. Those who may say it are told that somebody asks, and
/// who asked is told of a no; a yes is told by the membership.
/// </summary>
/// <remarks>What is told is passing: the list is what a moderator can rely on.</remarks>
public sealed class JoinRequests(IEntryStore entries, IRoomStore rooms, IEventBus bus)
{
    /// <summary>Owners and moderators who are told of a request.</summary>
    public const int MostTold = 200;

    public async ValueTask<Outcome<IReadOnlyList<JoinRequest>>> ListAsync(Caller caller, RoomId roomId, UserId? after, int limit, CancellationToken cancellationToken)
    {
        var (room, actor) = await rooms.FindForAsync(roomId, caller.Id, cancellationToken);
        if (RoomRights.Check(RoomAct.Admit, room, actor) is { } refusal) return refusal;
        return Outcome.Of(await entries.ListRequestsAsync(roomId, after, limit, cancellationToken));
    }

    public ValueTask<Outcome<Member>> ApproveAsync(Caller caller, RoomId room, UserId user, CancellationToken cancellationToken) =>
        entries.ApproveAsync(room, caller.Id, user, static facts => Admit(facts) ?? JoinRoom.CheckPlace(facts.Room), cancellationToken);

    public async ValueTask<Refusal?> RejectAsync(Caller caller, RoomId room, UserId user, CancellationToken cancellationToken)
    {
        if (!(await entries.RejectAsync(room, caller.Id, user, Admit, cancellationToken)).TryGet(out var hadAsked, out var refusal)) return refusal;
        if (hadAsked) bus.Signal(new NoticeSignal(user, new Notice(Notice.JoinRefused, room)));
        return null;
    }

    /// <summary>Tells those who may let the caller in that the caller asks for it.</summary>
    internal async ValueTask TellAsync(Caller caller, RoomId room, CancellationToken cancellationToken)
    {
        var notice = new Notice(Notice.JoinRequested, room) { User = caller.Profile };
        foreach (var moderator in await entries.ListModeratorsAsync(room, caller.Id, MostTold, cancellationToken)) bus.Signal(new NoticeSignal(moderator, notice));
    }

    private static Refusal? Admit(RoomFacts facts) => RoomRights.Check(RoomAct.Admit, facts.Room, facts.Actor);
}
