using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Makes a group room. Its maker owns it; the others named are members from the start, but nobody is put into a room by somebody whom they have blocked.</summary>
public sealed class CreateRoom(IRoomStore rooms, IBlockStore blocks, TimeProvider time)
{
    /// <summary>It does not say who.</summary>
    private static readonly Refusal Blocked = Refusal.Forbidden("Somebody among the members takes no messages from you.");

    public async ValueTask<Outcome<RoomListing>> ExecuteAsync(
        Caller caller, RoomSettings settings, IReadOnlyCollection<UserId> members, CancellationToken cancellationToken)
    {
        if (settings.Check() is { } wrong) return wrong;
        var others = members.Where(m => m != caller.Id).Distinct().ToList();
        if (others.Count >= settings.MaxMembers)
            return new Refusal(RefusalCode.RoomFull, $"The room has place for {settings.MaxMembers} members; {others.Count + 1} were named.");
        foreach (var some in others.Chunk(IBlockStore.MostAsked))
        {
            if ((await blocks.FindBlockersAsync(caller.Id, some, cancellationToken)).Count > 0) return Blocked;
        }

        var everyone = others.Select(other => (other, MemberRole.Member)).Prepend((caller.Id, MemberRole.Owner)).ToList();
        var room = await rooms.CreateAsync(new NewRoom(RoomId.New(time.GetUtcNow()), RoomKind.Group, settings, everyone), cancellationToken);
        return await rooms.FindListingAsync(room.Id, caller.Id, cancellationToken) is { } listing ? listing : Refusal.NotMember;
    }
}
