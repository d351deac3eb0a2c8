using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Gives a member another role, or mutes them for a time; who is muted, or is no longer, is told so in person.</summary>
public sealed class ChangeMember(IMemberStore members, IEventBus bus)
{
    public static readonly TimeSpan LongestMute = TimeSpan.FromDays(365);

    public async ValueTask<Outcome<Member>> ExecuteAsync(Caller caller, RoomId room, UserId member, MemberChange change, CancellationToken cancellationToken)
    {
        if (change.Role is null && !change.SetsMute) return Refusal.Invalid("The body needs the field role or mutedUntil.");
        DateTimeOffset? mutedBefore = null;
        var at = DateTimeOffset.MinValue;
        var changed = await members.ChangeAsync(
            room,
            caller.Id,
            member,
            facts =>
            {
                at = facts.Now;
                mutedBefore = MuteOf(facts.Other, at);
                return Decide(facts, change);
            },
            cancellationToken);
        if (changed.TryGet(out var now, out _)) Tell(now.Membership, mutedBefore, MuteOf(now.Membership, at));
        return changed;
    }

    /// <summary>A mute whose time is over is none.</summary>
    private static DateTimeOffset? MuteOf(Membership? member, DateTimeOffset at) => member?.MutedUntil is { } until && until > at ? until : null;

    private void Tell(Membership member, DateTimeOffset? mutedBefore, DateTimeOffset? mutedNow)
    {
        if (mutedNow == mutedBefore) return;
        if (mutedNow is { } until) bus.Signal(new NoticeSignal(member.UserId, new Notice(Notice.Muted, member.RoomId) { MutedUntil = until }));
        else bus.Signal(new NoticeSignal(member.UserId, new Notice(Notice.Unmuted, member.RoomId)));
    }

    /// <summary>Who is other than before, in the order in which it is told.</summary>
    internal static Outcome<IReadOnlyList<Membership>> Decide(RoomFacts facts, MemberChange change)
    {
        if (Check(facts, change) is { } refusal) return refusal;
        var (actor, other) = (facts.Actor!, facts.Other!);
        // Milliseconds are what is kept.
        var mutedUntil = change.MutedUntil is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until.ToUnixTimeMilliseconds()) : (DateTimeOffset?)null;
        var changed = other with { Role = change.Role ?? other.Role, MutedUntil = change.SetsMute ? mutedUntil : other.MutedUntil };
        if (changed.Role is not MemberRole.Owner) return Outcome.Of<IReadOnlyList<Membership>>(changed == other ? [] : [changed]);
        // The new owner first, so that the room is never without one. Nobody could lift an owner's mute.
        return Outcome.Of<IReadOnlyList<Membership>>([changed with { MutedUntil = null }, actor with { Role = MemberRole.Moderator }]);
    }

    private static Refusal? Check(RoomFacts facts, MemberChange change)
    {
        var act = change.Role is MemberRole.Owner ? RoomAct.HandOver : RoomAct.Appoint;
        if (change.Role is not null && RoomRights.CheckOver(act, facts.Room, facts.Actor, facts.Other) is { } notSo) return notSo;
        if (change.SetsMute && RoomRights.CheckOver(RoomAct.Mute, facts.Room, facts.Actor, facts.Other) is { } notMute) return notMute;
        return change.MutedUntil is { } until && (until <= facts.Now || until > facts.Now + LongestMute)
            ? Refusal.Invalid($"mutedUntil must be a time to come, at most {LongestMute.TotalDays:0} days from now.")
            : null;
    }
}

/// <summary>What is to be other about a member.</summary>
/// <param name="Role">The new role; null for the present one.</param>
/// <param name="SetsMute">Whether <paramref name="MutedUntil"/> counts.</param>
/// <param name="MutedUntil">Until when they may not post; null to let them post again.</param>
public sealed record MemberChange(MemberRole? Role, bool SetsMute, DateTimeOffset? MutedUntil);
