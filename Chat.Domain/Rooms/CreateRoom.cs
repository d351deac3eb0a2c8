using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Makes a group room. Its maker owns it; the others named are members from the start.</summary>
public sealed class CreateRoom(IRoomStore rooms, TimeProvider time)
{
    public async ValueTask<Outcome<RoomListing>> ExecuteAsync(
        Caller caller, RoomSettings settings, IReadOnlyCollection<UserId> members, CancellationToken cancellationToken)
    {
        if (settings.Check() is { } wrong) return wrong;
        var everyone = members.Where(m => m != caller.Id).Distinct().Select(m => (m, MemberRole.Member)).Prepend((caller.Id, MemberRole.Owner)).ToList();
        if (everyone.Count > settings.MaxMembers)
            return new Refusal(RefusalCode.RoomFull, $"The room has place for {settings.MaxMembers} members; {everyone.Count} were named.");

        var room = await rooms.CreateAsync(new NewRoom(RoomId.New(time.GetUtcNow()), RoomKind.Group, settings, everyone), cancellationToken);
        return await rooms.FindListingAsync(room.Id, caller.Id, cancellationToken) is { } listing ? listing : Refusal.NotMember;
    }
}
