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

    /// <summary>The user has begun to write something, perhaps on another device.</summary>
    public const string DraftChanged = "draft.changed";

    /// <summary>What the user had begun to write is gone.</summary>
    public const string DraftRemoved = "draft.removed";

    public MessageId? MessageId { get; init; }
    public long? Seq { get; init; }

    /// <summary>Who said it.</summary>
    public UserProfile? Sender { get; init; }

    /// <summary>The beginning of the message, or of the draft.</summary>
    public string? Text { get; init; }
    public MessageId? ThreadRootId { get; init; }
    public int? ReplyCount { get; init; }

    /// <summary>When the draft was saved.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}
