using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Takes a member out of a room, and keeps them out if it is a ban; tells them so in person. Who left before can be banned too.</summary>
public sealed class RemoveMember(IMemberStore members, IEventBus bus)
{
    public async ValueTask<Refusal?> ExecuteAsync(Caller caller, RoomId room, UserId member, bool ban, CancellationToken cancellationToken)
    {
        var removed = await members.RemoveAsync(room, caller.Id, member, ban, facts => Admit(facts, ban), cancellationToken);
        if (removed.Refusal is null) bus.Signal(new NoticeSignal(member, new Notice(ban ? Notice.Banned : Notice.Kicked, room)));
        return removed.Refusal;
    }

    internal static Refusal? Admit(RoomFacts facts, bool ban) => ban && facts.Other is { IsCurrent: false }
        ? RoomRights.Check(RoomAct.Ban, facts.Room, facts.Actor)
        : RoomRights.CheckOver(ban ? RoomAct.Ban : RoomAct.Remove, facts.Room, facts.Actor, facts.Other);
}
