using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>
/// Joins a public room, or a private one with an invite code. Joining where one is a member already changes nothing. Where moderators have to say yes, who comes
/// without a code asks by this.
/// </summary>
public sealed class JoinRoom(IRoomStore rooms, JoinRequests requests, TimeProvider time)
{
    /// <returns>The room; null when the caller has asked to be let in, now or before.</returns>
    public async ValueTask<Outcome<RoomListing?>> ExecuteAsync(Caller caller, RoomId room, string? inviteCode, CancellationToken cancellationToken)
    {
        if (inviteCode is not null && !Invite.IsCode(inviteCode)) return NoSuchDoor;
        var joined = await rooms.JoinAsync(room, caller.Id, inviteCode, facts => Admit(facts, time.GetUtcNow()), cancellationToken);
        if (!joined.TryGet(out var joining, out var refusal)) return refusal;
        // Asked is asked, also for who hangs up now.
        if (joining.HasAskedNow) await requests.TellAsync(caller, room, CancellationToken.None);
        // Who was removed again in between has joined all the same.
        return Outcome.Of(joining.Listing is null ? null : await rooms.FindListingAsync(room, caller.Id, cancellationToken) ?? joining.Listing);
    }

    /// <summary>A private room without a good code looks like one that does not exist.</summary>
    public static readonly Refusal NoSuchDoor = Refusal.NotFound("There is no such room, or the invite code does not open it.");

    private static readonly Refusal Banned = new(RefusalCode.Banned, "You are banned from this room.");

    internal static Outcome<JoinWay> Admit(JoinFacts facts, DateTimeOffset now)
    {
        var room = facts.Room;
        if (room.Kind is RoomKind.Direct) return NoSuchDoor;
        if (facts.IsBanned) return Banned;
        var isInvited = facts.Invite?.Opens(room.Id, now) is true;
        if (!isInvited && room.Settings.Visibility is RoomVisibility.Private) return NoSuchDoor;
        if (room.ClosedAt is not null) return RoomRights.Closed;
        if (CheckPlace(room) is { } full) return full;
        return isInvited || !room.Settings.JoinApproval ? JoinWay.Enter : JoinWay.Ask;
    }

    internal static Refusal? CheckPlace(Room room) => room.MemberCount < room.Settings.MaxMembers
        ? null
        : new Refusal(RefusalCode.RoomFull, $"The room has its {room.Settings.MaxMembers} members already.");
}
