using Chat.Domain.Outcomes;
using Chat.Domain.Presence;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Tells the members of a room to a member.</summary>
public sealed class ListMembers(IRoomStore rooms, IPresenceStore presence)
{
    /// <param name="caller">Who asks.</param>
    /// <param name="room">Whose members.</param>
    /// <param name="namePrefix">How their names begin; empty for all.</param>
    /// <param name="after">Where the last page ended; null for the first.</param>
    /// <param name="limit">Members on a page.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Outcome<IReadOnlyList<PresentMember>>> ExecuteAsync(
        Caller caller, RoomId room, string namePrefix, UserId? after, int limit, CancellationToken cancellationToken)
    {
        if (await rooms.FindMembershipAsync(room, caller.Id, cancellationToken) is not { IsCurrent: true }) return Refusal.NotMember;
        if (namePrefix.Length > UserProfile.MaxNameLength || !OpaqueText.IsStorable(namePrefix)) return Refusal.Invalid($"q has up to {UserProfile.MaxNameLength} characters.");
        return Outcome.Of(namePrefix.Length == 0
            ? await ReadAsync(room, after, limit, cancellationToken)
            : await WithPresenceAsync(await rooms.FindMembersAsync(room, namePrefix, after, limit, cancellationToken), cancellationToken));
    }

    /// <summary>The same, of any name, for somebody who is known to be a member.</summary>
    public async ValueTask<IReadOnlyList<PresentMember>> ReadAsync(RoomId room, UserId? after, int limit, CancellationToken cancellationToken) =>
        await WithPresenceAsync(await rooms.ListMembersAsync(room, after, limit, cancellationToken), cancellationToken);

    /// <summary>The same of one.</summary>
    public async ValueTask<PresentMember> WithPresenceAsync(Member member, CancellationToken cancellationToken) => (await WithPresenceAsync([member], cancellationToken))[0];

    private async ValueTask<IReadOnlyList<PresentMember>> WithPresenceAsync(IReadOnlyList<Member> members, CancellationToken cancellationToken)
    {
        var present = await presence.FindAsync([.. members.Select(member => member.Membership.UserId)], cancellationToken);
        return [.. members.Select(member => new PresentMember(member, present.GetValueOrDefault(member.Membership.UserId)))];
    }
}

/// <summary>A member, and whether they are there.</summary>
public sealed record PresentMember(Member Member, UserPresence Presence);
