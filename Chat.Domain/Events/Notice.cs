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

    /// <summary>Somebody asks to be let into a room in which the user may say yes.</summary>
    public const string JoinRequested = "room.join_requested";

    /// <summary>The user had asked to be let in, and is not. Who is let in hears <see cref="MemberJoined"/>.</summary>
    public const string JoinRefused = "room.join_refused";

    public MessageId? MessageId { get; init; }
    public long? Seq { get; init; }

    /// <summary>Who said it.</summary>
    public UserProfile? Sender { get; init; }

    /// <summary>The beginning of the message.</summary>
    public string? Text { get; init; }
    public MessageId? ThreadRootId { get; init; }
    public int? ReplyCount { get; init; }

    /// <summary>Who asks to be let in.</summary>
    public UserProfile? User { get; init; }
}
