using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>What is done to a room's members by others. As in <see cref="IRoomStore"/>, each change is one transaction under the room's lock.</summary>
public interface IMemberStore
{
    /// <summary>
    /// Gives members the role and the mute that <paramref name="decide"/> says, in its order, each with an event of its own. Answers how the other one is then.
    /// </summary>
    ValueTask<Outcome<Member>> ChangeAsync(
        RoomId room, UserId actor, UserId other, Func<RoomFacts, Outcome<IReadOnlyList<Membership>>> decide, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the other one's membership, if <paramref name="admit"/> lets the actor; with <paramref name="ban"/> they cannot come back, and what they asked for is
    /// forgotten. Who was no member any more is banned without an event.
    /// </summary>
    ValueTask<Outcome<Membership>> RemoveAsync(RoomId room, UserId actor, UserId other, bool ban, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken);

    /// <summary>Lifts a ban, if <paramref name="admit"/> lets the actor. Nothing happens where there is none.</summary>
    ValueTask<Refusal?> LiftBanAsync(RoomId room, UserId actor, UserId other, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken);

    /// <summary>Bans by user id, those behind <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<Ban>> ListBansAsync(RoomId room, UserId? after, int limit, CancellationToken cancellationToken);
}

/// <summary>Keeps somebody out of a room.</summary>
/// <param name="Profile">Whom.</param>
/// <param name="By">Who said so.</param>
/// <param name="At">When.</param>
public sealed record Ban(UserProfile Profile, UserId By, DateTimeOffset At);
