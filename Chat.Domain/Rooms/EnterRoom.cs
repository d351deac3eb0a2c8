using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>
/// Lets somebody into a room who only wants to be there, for pages that know nothing of joining: a member stays one, a stranger joins a public room, and a room
/// that the chat is to have from its first visitor on is made for that one.
/// </summary>
public sealed class EnterRoom(IRoomStore rooms, JoinRoom joinRoom)
{
    /// <param name="caller">Who wants in.</param>
    /// <param name="roomId">Where.</param>
    /// <param name="makeIfMissing">Whether the room is made, open to all, if there is none of this id.</param>
    /// <param name="admit">Says no to a stranger who may not come in now; asked before anything is changed, and not of members.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Outcome<RoomEntry>> ExecuteAsync(Caller caller, RoomId roomId, bool makeIfMissing, Func<Refusal?> admit, CancellationToken cancellationToken)
    {
        if (await rooms.FindMembershipAsync(roomId, caller.Id, cancellationToken) is { IsCurrent: true }) return default(RoomEntry);
        if (admit() is { } notNow) return notNow;
        if (makeIfMissing && await rooms.FindAsync(roomId, cancellationToken) is null)
        {
            var (_, made) = await rooms.OpenAsync(RoomForAll(roomId, caller.Id), cancellationToken);
            if (made) return new RoomEntry(JoinedSeq: 1);
        }
        var joined = await joinRoom.ExecuteAsync(caller, roomId, inviteCode: null, cancellationToken);
        if (joined.TryGet(out var listing, out var refusal)) return listing is null ? ModeratorFirst : new RoomEntry(listing.Membership.JoinedSeq);
        return refusal.Code is RefusalCode.NotFound ? Refusal.NotMember : refusal;
    }

    private static readonly Refusal ModeratorFirst = Refusal.Forbidden("A moderator of the room has been asked to let you in.");

    /// <summary>Its first visitor is a member like any other: who happened to come first has no say over those who come later.</summary>
    private static NewRoom RoomForAll(RoomId id, UserId visitor)
    {
        var settings = new RoomSettings { Name = id.Value, Visibility = RoomVisibility.Public, MaxMembers = RoomSettings.HighestMaxMembers };
        return new NewRoom(id, RoomKind.Group, settings, [(visitor, MemberRole.Member)]);
    }
}

/// <summary>How somebody came to be in a room.</summary>
/// <param name="JoinedSeq">The number of the event by which they joined just now; null for who was a member before.</param>
public readonly record struct RoomEntry(long? JoinedSeq);
