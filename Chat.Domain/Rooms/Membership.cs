using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

public enum MemberRole
{
    Member,
    Moderator,
    Owner,
}

/// <summary>What of a room a member wants to be notified of.</summary>
public enum NotificationLevel
{
    All,
    Mentions,
    None,
}

/// <summary>What ties a user to a room. It is kept after the user left, for the history that former members may be granted.</summary>
public sealed record Membership
{
    public required RoomId RoomId { get; init; }
    public required UserId UserId { get; init; }
    public required MemberRole Role { get; init; }
    public required DateTimeOffset JoinedAt { get; init; }

    /// <summary>The number of the event by which the user joined (last, when more than once).</summary>
    public required long JoinedSeq { get; init; }

    /// <summary>Up to where the user has read; never beyond the room's head, and back only when the user marks something as unread.</summary>
    public required long LastReadSeq { get; init; }

    /// <summary>How many of the room's messages lie at or before <see cref="LastReadSeq"/>.</summary>
    public required long ReadCount { get; init; }

    /// <summary>The number of the event by which the user left; null while a member.</summary>
    public long? LeftSeq { get; init; }

    /// <summary>Until when the member may not post; null when they may.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>When the member last posted; null before the first time. Slow mode goes by it.</summary>
    public DateTimeOffset? LastPostedAt { get; init; }

    /// <summary>Whether the member marked the room as one of the favourites. Nobody else's business, like the two below.</summary>
    public bool Favorite { get; init; }

    /// <summary>Whether the member put the room away.</summary>
    public bool Archived { get; init; }

    public NotificationLevel Notifications { get; init; }

    /// <summary>Whether the other one of a direct room has blocked this member.</summary>
    public bool Blocked { get; init; }

    public bool IsCurrent => LeftSeq is null;

    /// <summary>May hand out invites and, where rooms have them, do what moderators do.</summary>
    public bool Moderates => IsCurrent && Role is MemberRole.Owner or MemberRole.Moderator;
}

/// <summary>A member as others see one.</summary>
public sealed record Member(Membership Membership, UserProfile Profile);
