using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Rooms, who is in them, and the invites to them.</summary>
/// <remarks>
/// Each change is one transaction: it takes the room's next number, writes the event under that number and hands the event to be announced,
/// all or nothing. Where a rule has to be judged on facts that may change meanwhile, the caller gives the rule as a function and the store
/// applies it to the facts that it has read under the room's lock. Every method throws <see cref="StoreUnavailableException"/> when the
/// database is gone; nothing was changed then, or, if the answer to the commit was lost, the change is complete.
/// </remarks>
public interface IRoomStore
{
    /// <summary>Makes a room with its first members, in the order given, each with an event of its own.</summary>
    ValueTask<Room> CreateAsync(NewRoom room, CancellationToken cancellationToken);

    /// <summary>The direct room of these two, made if there is none. Two callers at the same moment get the same room. Tells whether it was made.</summary>
    ValueTask<(Room Room, bool Created)> OpenDirectAsync(NewRoom room, UserId one, UserId other, CancellationToken cancellationToken);

    /// <summary>The room of this id, made if there is none. Two callers at the same moment get the same room. Tells whether it was made.</summary>
    ValueTask<(Room Room, bool Created)> OpenAsync(NewRoom room, CancellationToken cancellationToken);

    ValueTask<Room?> FindAsync(RoomId room, CancellationToken cancellationToken);

    /// <summary>What ties the user to the room, also when the user has left; null when never a member or no such room.</summary>
    ValueTask<Membership?> FindMembershipAsync(RoomId room, UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// Both of the above, as they are when this is called or later. For what many ask at once, such as those who come back after a restart: it is cheaper than
    /// the two.
    /// </summary>
    ValueTask<(Room? Room, Membership? Membership)> FindForAsync(RoomId room, UserId user, CancellationToken cancellationToken);

    /// <summary>The room as the user sees it; null when not a current member or no such room.</summary>
    ValueTask<RoomListing?> FindListingAsync(RoomId room, UserId user, CancellationToken cancellationToken);

    /// <summary>The user's rooms that the filter lets through, newest activity first, ties by id. At most <paramref name="limit"/>, those behind <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<RoomListing>> ListAsync(UserId user, RoomFilter filter, RoomCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>Public rooms that are not closed and whose name contains <paramref name="text"/> (any when empty; letter case of ASCII ignored), by name, letter case ignored likewise, ties by id, those behind <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<Room>> ListPublicAsync(string text, PublicRoomCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>Current members by user id, those behind <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<Member>> ListMembersAsync(RoomId room, UserId? after, int limit, CancellationToken cancellationToken);

    /// <summary>The same of those whose name begins so, letter case of ASCII ignored.</summary>
    ValueTask<IReadOnlyList<Member>> FindMembersAsync(RoomId room, string namePrefix, UserId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Where each of the user's rooms stands and how far the user has read, for all the rooms at once.</summary>
    ValueTask<IReadOnlyList<ReadState>> ListReadStatesAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the user a member, if <paramref name="admit"/> lets them. Already a member: that membership again, no event. Uses up the invite when one was
    /// needed, in the same transaction. Who may only ask is noted as asking, without an event and once, however many times they ask. A room that does not exist is
    /// <see cref="RefusalCode.NotFound"/>. The room is told as the transaction leaves it, without what is said there.
    /// </summary>
    ValueTask<Outcome<Joining>> JoinAsync(RoomId room, UserId user, string? inviteCode, Func<JoinFacts, Outcome<JoinWay>> admit, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the user's membership, if <paramref name="admit"/> lets them. When the last owner goes, the moderator who joined first, or else the member
    /// who did, becomes owner with an event of its own. Refused with <see cref="Refusal.NotMember"/> when not a current member.
    /// </summary>
    ValueTask<Outcome<Membership>> LeaveAsync(RoomId room, UserId user, Func<Room, Refusal?> admit, CancellationToken cancellationToken);

    /// <summary>The heads of those of the rooms that exist, for comparing with what a node has delivered. At most 500 rooms a call.</summary>
    ValueTask<IReadOnlyList<RoomHead>> ReadHeadsAsync(IReadOnlyCollection<RoomId> rooms, CancellationToken cancellationToken);
}

/// <summary>What a room is made from.</summary>
/// <param name="Id">Its id, new but for <see cref="IRoomStore.OpenAsync"/>.</param>
/// <param name="Kind">Direct or group.</param>
/// <param name="Settings">Already checked.</param>
/// <param name="Members">At least one; distinct.</param>
public sealed record NewRoom(RoomId Id, RoomKind Kind, RoomSettings Settings, IReadOnlyList<(UserId User, MemberRole Role)> Members);

/// <summary>Which rooms of a list are wanted: null for all.</summary>
/// <param name="Favorite">Only those that are the user's favourites, or only the others.</param>
/// <param name="Archived">Only those that the user put away, or only the others.</param>
public readonly record struct RoomFilter(bool? Favorite, bool? Archived);

/// <summary>Where a page of the room list ended.</summary>
public readonly record struct RoomCursor(DateTimeOffset LastActivityAt, RoomId RoomId);

/// <summary>Where a page of the list of public rooms ended.</summary>
public sealed record PublicRoomCursor(string Name, RoomId RoomId);

/// <summary>What a decision about joining is made on, read under the room's lock.</summary>
/// <param name="Room">The room.</param>
/// <param name="Former">The membership that ended earlier, when there was one.</param>
/// <param name="Invite">The invite of the code that was given; null when none was given or it is unknown.</param>
/// <param name="IsBanned">Whether the user is banned.</param>
public sealed record JoinFacts(Room Room, Membership? Former, Invite? Invite, bool IsBanned)
{
    /// <summary>Whether nobody comes in without an invite or a moderator's word.</summary>
    public bool IsInviteNeeded => Room.Settings is { Visibility: RoomVisibility.Private } or { JoinApproval: true };
}

/// <summary>How somebody may come in.</summary>
public enum JoinWay
{
    Enter,

    /// <summary>When a moderator says yes.</summary>
    Ask,
}

/// <summary>What came of wanting in.</summary>
/// <param name="Listing">Of who is in; null for who has to wait for a moderator's word.</param>
/// <param name="HasAskedNow">Whether they have asked for that word just now, and not before.</param>
public readonly record struct Joining(RoomListing? Listing, bool HasAskedNow);

/// <summary>How a user stands in a room.</summary>
public readonly record struct ReadState(RoomId RoomId, long HeadSeq, long MessageCount, long LastReadSeq, long ReadCount)
{
    /// <summary>Whether what was asked has moved the position.</summary>
    public bool HasMoved { get; init; }
}

/// <summary>Where a room's events begin and end.</summary>
public readonly record struct RoomHead(RoomId RoomId, string Epoch, long FirstSeq, long HeadSeq);
