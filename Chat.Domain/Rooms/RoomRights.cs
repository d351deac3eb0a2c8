using Chat.Domain.Outcomes;

namespace Chat.Domain.Rooms;

/// <summary>What needs a right in a room.</summary>
public enum RoomAct
{
    Post,

    /// <summary>Name, description, picture, slow mode, and whether moderators alone post.</summary>
    ChangeAppearance,

    /// <summary>How long senders may edit and delete.</summary>
    ChangeWindows,

    /// <summary>Every other setting.</summary>
    ChangeRules,
    Close,

    /// <summary>Make invites, see them, take them back.</summary>
    Invite,

    /// <summary>See who asks to join, and answer.</summary>
    Admit,

    /// <summary>Make webhooks, see them, take them away.</summary>
    KeepWebhooks,
    Mute,
    Remove,

    /// <summary>Ban, see who is banned, and lift it.</summary>
    Ban,

    /// <summary>Make moderators of members, and members of moderators.</summary>
    Appoint,

    /// <summary>Make another the owner in one's own place.</summary>
    HandOver,
}

/// <summary>Who may do what in a room: the one place that says so. docs/protocol.md has the same table.</summary>
public static class RoomRights
{
    /// <summary>A closed room can be read and left, and nothing else.</summary>
    public static readonly Refusal Closed = Refusal.Forbidden("The room is closed.");

    /// <summary>What somebody is told whom the other one has blocked, whatever they wanted to say by it.</summary>
    public static readonly Refusal Blocked = Refusal.Forbidden("This person takes no messages from you.");

    private static readonly Refusal NotInDirectRoom = Refusal.Invalid("A direct room has no roles, no guests and no settings but editWindowSeconds and deleteWindowSeconds.");

    /// <summary>The least role for it in a group, and in a direct room, where null is for nobody.</summary>
    private static (MemberRole InGroup, MemberRole? InDirect) RuleOf(RoomAct act) => act switch
    {
        RoomAct.Post => (MemberRole.Member, MemberRole.Member),
        RoomAct.ChangeAppearance => (MemberRole.Moderator, null),
        RoomAct.ChangeWindows => (MemberRole.Owner, MemberRole.Member),
        RoomAct.ChangeRules => (MemberRole.Owner, null),
        RoomAct.Close => (MemberRole.Owner, null),
        RoomAct.Invite => (MemberRole.Moderator, null),
        RoomAct.Admit => (MemberRole.Moderator, null),
        RoomAct.KeepWebhooks => (MemberRole.Moderator, null),
        RoomAct.Mute => (MemberRole.Moderator, null),
        RoomAct.Remove => (MemberRole.Moderator, null),
        RoomAct.Ban => (MemberRole.Moderator, null),
        RoomAct.Appoint => (MemberRole.Owner, null),
        RoomAct.HandOver => (MemberRole.Owner, null),
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, message: null),
    };

    /// <summary>Why the actor may not; null when they may.</summary>
    /// <param name="act">What they want.</param>
    /// <param name="room">Where.</param>
    /// <param name="actor">What ties them to the room; null when nothing does.</param>
    public static Refusal? Check(RoomAct act, Room? room, Membership? actor)
    {
        if (room is null || actor is not { IsCurrent: true }) return Refusal.NotMember;
        var (inGroup, inDirect) = RuleOf(act);
        if ((room.Kind is RoomKind.Direct ? inDirect : inGroup) is not { } least) return NotInDirectRoom;
        if (actor.Role < least) return least is MemberRole.Owner ? OwnersOnly : ModeratorsOnly;
        return room.ClosedAt is null ? null : Closed;
    }

    /// <summary>The same of what is done to another member, whose role has to be a lower one.</summary>
    public static Refusal? CheckOver(RoomAct act, Room? room, Membership? actor, Membership? other)
    {
        if (Check(act, room, actor) is { } refusal) return refusal;
        if (other is not { IsCurrent: true }) return NoSuchMember;
        return other.Role < actor!.Role ? null : NotOver;
    }

    /// <summary>Why the sender may not post now; null when they may.</summary>
    public static Refusal? CheckPosting(Room room, Membership? sender, DateTimeOffset now)
    {
        if (Check(RoomAct.Post, room, sender) is { } refusal) return refusal;
        if (sender!.Blocked) return Blocked;
        if (sender.MutedUntil is { } until && until > now) return new Refusal(RefusalCode.Muted, "You are muted in this room.", until - now);
        if (sender.Moderates) return null;
        if (room.Settings.ReadOnly) return Refusal.Forbidden("Only owners and moderators post in this room.");
        // Without slow mode another node's clock, by which the last post may lie ahead of now, means nothing.
        return room.Settings.SlowMode > TimeSpan.Zero && sender.LastPostedAt + room.Settings.SlowMode is { } next && next > now
            ? new Refusal(RefusalCode.RateLimited, $"Slow mode: one message in {room.Settings.SlowMode.TotalSeconds:0} s.", next - now)
            : null;
    }

    private static readonly Refusal OwnersOnly = Refusal.Forbidden("Only the room's owner may do that.");
    private static readonly Refusal ModeratorsOnly = Refusal.Forbidden("Only owners and moderators may do that.");
    private static readonly Refusal NotOver = Refusal.Forbidden("That can be done only to those with a lower role than one's own.");
    private static readonly Refusal NoSuchMember = Refusal.NotFound("There is no such member.");
}
