using Chat.Domain.Messages;
using Chat.Domain.Rooms;
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

    /// <summary>A scheduled message of the user was refused when it was due, and is gone.</summary>
    public const string ScheduledRefused = "scheduled.refused";

    /// <summary>The user's draft for the room is another, or gone, where <see cref="Text"/> is null.</summary>
    public const string DraftChanged = "draft.changed";

    public MessageId? MessageId { get; init; }
    public long? Seq { get; init; }

    /// <summary>Who said it.</summary>
    public UserProfile? Sender { get; init; }

    /// <summary>The beginning of a message, or all of a draft.</summary>
    public string? Text { get; init; }
    public MessageId? ThreadRootId { get; init; }
    public int? ReplyCount { get; init; }

    /// <summary>Which scheduled message.</summary>
    public string? ScheduledId { get; init; }

    /// <summary>Why not.</summary>
    public Outcomes.Refusal? Refusal { get; init; }
}
