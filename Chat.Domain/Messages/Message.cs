using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

public enum MessageType
{
    Text,
}

/// <summary>A message as it is now.</summary>
public sealed record Message
{
    public required MessageId Id { get; init; }
    public required RoomId RoomId { get; init; }

    /// <summary>The number of the event that made it.</summary>
    public required long Seq { get; init; }

    /// <summary>The number of the event that changed it last; <see cref="Seq"/> while nothing did.</summary>
    public required long Rev { get; init; }

    /// <summary>The how-manieth message of its room it is, from 1.</summary>
    public required long Ordinal { get; init; }

    public required MessageType Type { get; init; }
    public required UserProfile Sender { get; init; }
    public required string? Text { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>As its sender gave it.</summary>
    public string? ClientMessageId { get; init; }
}
