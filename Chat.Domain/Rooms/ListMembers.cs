using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Tells the members of a room to a member.</summary>
public sealed class ListMembers(IRoomStore rooms)
{
    /// <param name="caller">Who asks.</param>
    /// <param name="room">Whose members.</param>
    /// <param name="namePrefix">How their names begin; empty for all.</param>
    /// <param name="after">Where the last page ended; null for the first.</param>
    /// <param name="limit">Members on a page.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Outcome<IReadOnlyList<Member>>> ExecuteAsync(
        Caller caller, RoomId room, string namePrefix, UserId? after, int limit, CancellationToken cancellationToken)
    {
        if (await rooms.FindMembershipAsync(room, caller.Id, cancellationToken) is not { IsCurrent: true }) return Refusal.NotMember;
        if (namePrefix.Length > UserProfile.MaxNameLength || !OpaqueText.IsStorable(namePrefix)) return Refusal.Invalid($"q has up to {UserProfile.MaxNameLength} characters.");
        return Outcome.Of(namePrefix.Length == 0
            ? await rooms.ListMembersAsync(room, after, limit, cancellationToken)
            : await rooms.FindMembersAsync(room, namePrefix, after, limit, cancellationToken));
    }
}
