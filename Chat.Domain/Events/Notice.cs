using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Users;

namespace Chat.Domain.Events;

/// <summary>Something that a user is told in person: passing, and not stored. Which fields it has goes by its kind.</summary>
/// <param name="Event">Its kind, as on the wire.</param>
/// <param name="RoomId">Which room it is about.</param>
public sealed record Notice(string Event, RoomId RoomId)
{
    /// <summary>A message mentions the user.</summary>
    public const string Mention = "mention";

    /// <summary>Somebody replied in a thread in which the user wrote.</summary>
    public const string ThreadReply = "thread.reply";

    /// <summary>Somebody asks to be let into a room in which the user may say yes.</summary>
    public const string JoinRequested = "room.join_requested";

    /// <summary>The user had asked to be let in, and is not. Who is let in hears <see cref="MemberJoined"/>.</summary>
    public const string JoinRefused = "room.join_refused";

    /// <summary>A moderator has muted the user in the room, or for another time.</summary>
    public const string Muted = "room.muted";

    /// <summary>A mute was lifted before its time.</summary>
    public const string Unmuted = "room.unmuted";

    /// <summary>A moderator has taken the user out of the room.</summary>
    public const string Kicked = "room.kicked";

    /// <summary>A moderator keeps the user out of the room.</summary>
    public const string Banned = "room.banned";

    /// <summary>The user has begun to write something, perhaps on another device.</summary>
    public const string DraftChanged = "draft.changed";

    /// <summary>What the user had begun to write is gone.</summary>
    public const string DraftRemoved = "draft.removed";

    /// <summary>The user has scheduled a message, or changed it.</summary>
    public const string ScheduleChanged = "scheduled.changed";

    /// <summary>The user has taken a scheduled message back.</summary>
    public const string ScheduleRemoved = "scheduled.removed";

    /// <summary>A message of the user's was posted at its time.</summary>
    public const string SchedulePosted = "scheduled.posted";

    /// <summary>A message of the user's could not be posted at its time, and is kept.</summary>
    public const string ScheduleFailed = "scheduled.failed";

    public MessageId? MessageId { get; init; }
    public long? Seq { get; init; }

    /// <summary>Who said it.</summary>
    public UserProfile? Sender { get; init; }

    /// <summary>The beginning of the message, or of the draft.</summary>
    public string? Text { get; init; }
    public MessageId? ThreadRootId { get; init; }
    public int? ReplyCount { get; init; }

    /// <summary>Who asks to be let in.</summary>
    public UserProfile? User { get; init; }

    /// <summary>Until when the user may not post.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>When the draft was saved.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
    public ScheduledMessageId? ScheduledMessageId { get; init; }

    /// <summary>The sender's own name for the scheduled message, where it has one.</summary>
    public string? ClientMessageId { get; init; }
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Why the scheduled message was not posted.</summary>
    public Refusal? Refusal { get; init; }
}
