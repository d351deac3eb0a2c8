using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Opens the one room that two people have for themselves.</summary>
public sealed class OpenDirectRoom(IRoomStore rooms, IBlockStore blocks, TimeProvider time)
{
    public async ValueTask<Outcome<(RoomListing Room, bool Created)>> ExecuteAsync(Caller caller, UserId other, CancellationToken cancellationToken)
    {
        if (other == caller.Id) return Refusal.Invalid("A direct room needs another person.");

        if ((await blocks.FindBlockersAsync(caller.Id, [other], cancellationToken)).Count > 0) return RoomRights.Blocked;

        var settings = new RoomSettings { MaxMembers = 2 };
        var members = new[] { (caller.Id, MemberRole.Member), (other, MemberRole.Member) };
        var room = new NewRoom(RoomId.New(time.GetUtcNow()), RoomKind.Direct, settings, members);
        var (opened, created) = await rooms.OpenDirectAsync(room, caller.Id, other, cancellationToken);
        return await rooms.FindListingAsync(opened.Id, caller.Id, cancellationToken) is { } listing ? (listing, created) : Refusal.NotMember;
    }
}
