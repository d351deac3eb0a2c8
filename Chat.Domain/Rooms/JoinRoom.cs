using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Joins a public room, or a private one with an invite code. Joining where one is a member already changes nothing.</summary>
public sealed class JoinRoom(IRoomStore rooms, TimeProvider time)
{
    public async ValueTask<Outcome<RoomListing>> ExecuteAsync(Caller caller, RoomId room, string? inviteCode, CancellationToken cancellationToken)
    {
        if (inviteCode is not null && !OpaqueText.IsIdentifier(inviteCode, Invite.MaxCodeLength)) return NoSuchDoor;
        var joined = await rooms.JoinAsync(room, caller.Id, inviteCode, Admit, cancellationToken);
        if (!joined.TryGet(out _, out var refusal)) return refusal;
        return await rooms.FindListingAsync(room, caller.Id, cancellationToken) is { } listing ? listing : Refusal.NotMember;
    }

    /// <summary>A private room without a good code looks like one that does not exist.</summary>
    public static readonly Refusal NoSuchDoor = Refusal.NotFound("There is no such room, or the invite code does not open it.");

    private Refusal? Admit(JoinFacts facts)
    {
        if (facts.Room.Kind is RoomKind.Direct) return NoSuchDoor;
        var open = facts.Room.Settings.Visibility is RoomVisibility.Public || facts.Invite?.Opens(facts.Room.Id, time.GetUtcNow()) is true;
        if (!open) return NoSuchDoor;
        return facts.Room.MemberCount < facts.Room.Settings.MaxMembers
            ? null
            : new Refusal(RefusalCode.RoomFull, $"The room has its {facts.Room.Settings.MaxMembers} members already.");
    }
}
