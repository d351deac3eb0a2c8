using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>The invites that are out, and those who have asked to be let in. As in <see cref="IRoomStore"/>, each change is one transaction under the room's lock.</summary>
public interface IEntryStore
{
    /// <summary>
    /// Keeps a new invite, if <paramref name="admit"/>, told how many of the room's invites still open it, lets its maker. Those that open nothing any more are removed.
    /// </summary>
    ValueTask<Refusal?> AddInviteAsync(Invite invite, Func<RoomFacts, int, Refusal?> admit, CancellationToken cancellationToken);

    /// <summary>The room's invites that still open it, by code, those behind <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<Invite>> ListInvitesAsync(RoomId room, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Takes an invite back, if <paramref name="admit"/> lets the actor. Nothing happens where the room has none of that code.</summary>
    ValueTask<Refusal?> RevokeInviteAsync(RoomId room, UserId actor, string code, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken);

    /// <summary>Those who have asked, by user id, those behind <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<JoinRequest>> ListRequestsAsync(RoomId room, UserId? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The room's owners and moderators who may be told of what <paramref name="about"/> does, which those are not who have blocked that one; by user id, at most
    /// <paramref name="limit"/>.
    /// </summary>
    ValueTask<IReadOnlyList<UserId>> ListModeratorsAsync(RoomId room, UserId about, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a member of somebody who has asked, if <paramref name="admit"/> lets the actor; their request is gone then.
    /// <see cref="RefusalCode.NotFound"/> when they have not asked.
    /// </summary>
    ValueTask<Outcome<Member>> ApproveAsync(RoomId room, UserId actor, UserId user, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken);

    /// <summary>Forgets that somebody has asked, if <paramref name="admit"/> lets the actor. Tells whether they had; nothing happens when not.</summary>
    ValueTask<Outcome<bool>> RejectAsync(RoomId room, UserId actor, UserId user, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken);
}

/// <summary>Somebody asks to be let into a room.</summary>
public sealed record JoinRequest(UserProfile Profile, DateTimeOffset At);
