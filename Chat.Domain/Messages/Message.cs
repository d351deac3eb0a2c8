using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

public enum MessageType
{
    Text,
    Image,
    File,

    /// <summary>Said by the system or a service, not by a person.</summary>
    System,

    /// <summary>A reply in the thread of <see cref="Message.ThreadRootId"/>.</summary>
    Thread,

    /// <summary>Destroys itself at <see cref="Message.ExpiresAt"/>, or some time after everybody has read it.</summary>
    Temp,
}

/// <summary>A message as it is now. One that was deleted or has expired keeps its place, with nothing of what it said.</summary>
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

    /// <summary>Null when deleted or expired.</summary>
    public required string? Text { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>As its sender gave it.</summary>
    public string? ClientMessageId { get; init; }

    /// <summary>Of a reply the message that its thread began with.</summary>
    public MessageId? ThreadRootId { get; init; }

    /// <summary>How many replies its thread has; deleted ones count.</summary>
    public int ReplyCount { get; init; }
    public DateTimeOffset? LastReplyAt { get; init; }

    /// <summary>Whom the text addresses by name; each was a member when it was written.</summary>
    public IReadOnlyList<UserId> Mentions { get; init; } = [];

    /// <summary>Whether it addresses all members.</summary>
    public bool MentionsAll { get; init; }

    /// <summary>In the order in which each emoji first came.</summary>
    public IReadOnlyList<ReactionCount> Reactions { get; init; } = [];
    public DateTimeOffset? PinnedAt { get; init; }
    public DateTimeOffset? EditedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>When it destroys itself, or did; null where it does not, or where its time has not begun.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How long it lives on once every other member has read it; null where reading does not matter.</summary>
    public TimeSpan? BurnAfterRead { get; init; }

    /// <summary>What it answers, as that was when it was written.</summary>
    public MessageQuote? Quote { get; init; }

    /// <summary>Where it was first said.</summary>
    public MessageQuote? Forwarded { get; init; }

    /// <summary>What a service attached to a <see cref="MessageType.System"/> message: a JSON object.</summary>
    public string? Data { get; init; }

    /// <summary>Whether what it said is gone.</summary>
    public bool IsGone => Text is null;
}

/// <summary>How many reacted by one emoji.</summary>
/// <param name="Emoji">One grapheme cluster.</param>
/// <param name="Count">How many, exactly.</param>
/// <param name="UserIds">Who, in the order of their reacting; the first <see cref="MostNamed"/>.</param>
public sealed record ReactionCount(string Emoji, int Count, IReadOnlyList<UserId> UserIds)
{
    /// <summary>So that what a reaction costs does not grow with those before it.</summary>
    public const int MostNamed = 50;
}

/// <summary>Another message within this one.</summary>
/// <param name="RoomId">Where it was said; null where that is nobody's business.</param>
/// <param name="MessageId">Which it was.</param>
/// <param name="SenderId">Who said it.</param>
/// <param name="SenderName">How they were shown.</param>
/// <param name="Text">The beginning of what it said.</param>
public sealed record MessageQuote(RoomId? RoomId, MessageId MessageId, UserId SenderId, string SenderName, string Text)
{
    /// <summary>UTF-16 units of <see cref="Text"/>.</summary>
    public const int MaxTextLength = 300;

    /// <summary>A message as it is now, without saying where it was said.</summary>
    public static MessageQuote Of(Message message) => new(RoomId: null, message.Id, message.Sender.Id, message.Sender.Name, Begin(message.Text ?? ""));

    /// <summary>The beginning of a text, cut between two characters.</summary>
    public static string Begin(string text)
    {
        if (text.Length <= MaxTextLength) return text;
        return text[..(char.IsHighSurrogate(text[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength)];
    }
}
