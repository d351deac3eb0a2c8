using System.Text;
using System.Text.Json.Serialization;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Stomp.Gateway.Wire;

/// <summary>A message on the wire (docs/protocol.md, Messages). The same everywhere: in events, in history, as the answer to a post.</summary>
internal sealed record MessageJson
{
    public required string Id { get; init; }
    public required string RoomId { get; init; }
    public required long Seq { get; init; }
    public required long Rev { get; init; }
    public required string Type { get; init; }
    public required UserJson Sender { get; init; }
    public required string? Text { get; init; }
    public IReadOnlyList<string> Attachments { get; init; } = [];
    public string? ThreadRootId { get; init; }
    public int ReplyCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastReplyAt { get; init; }

    public IReadOnlyList<string> Mentions { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MentionsAll { get; init; }
    public IReadOnlyList<ReactionJson> Reactions { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QuoteJson? Quote { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QuoteJson? Forwarded { get; init; }

    public bool Pinned { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EditedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Of a message that is burnt after reading: seconds from when all have read it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BurnAfterReadSeconds { get; init; }

    /// <summary>What a service attached.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(RawJson))]
    public ReadOnlyMemory<byte>? Data { get; init; }
    public required string? ClientMessageId { get; init; }

    public static MessageJson Of(Message message) => new()
    {
        Id = message.Id.ToString(),
        RoomId = message.RoomId.Value,
        Seq = message.Seq,
        Rev = message.Rev,
        Type = WireNames.Of(message.Type),
        Sender = UserJson.Of(message.Sender),
        Text = message.Text,
        ThreadRootId = message.ThreadRootId?.ToString(),
        ReplyCount = message.ReplyCount,
        LastReplyAt = message.LastReplyAt,
        Mentions = [.. message.Mentions.Select(user => user.Value)],
        MentionsAll = message.MentionsAll,
        Reactions = [.. message.Reactions.Select(ReactionJson.Of)],
        Quote = QuoteJson.Of(message.Quote),
        Forwarded = QuoteJson.Of(message.Forwarded),
        Pinned = message.PinnedAt is not null,
        CreatedAt = message.CreatedAt,
        EditedAt = message.EditedAt,
        DeletedAt = message.DeletedAt,
        ExpiresAt = message.ExpiresAt,
        BurnAfterReadSeconds = message.BurnAfterRead is { } burn ? (int)burn.TotalSeconds : null,
        Data = message.Data is { } data ? (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(data) : null,
        ClientMessageId = message.ClientMessageId,
    };
}

/// <summary>How many reacted by one emoji, and who: the first fifty.</summary>
internal sealed record ReactionJson(string Emoji, int Count, IReadOnlyList<string> UserIds)
{
    public static ReactionJson Of(ReactionCount reaction) => new(reaction.Emoji, reaction.Count, [.. reaction.UserIds.Select(user => user.Value)]);
}

/// <summary>What a message said until it was edited.</summary>
internal sealed record FormerTextJson(string Text, long Rev, DateTimeOffset ReplacedAt)
{
    public static FormerTextJson Of(FormerText former) => new(former.Text, former.Rev, former.ReplacedAt);
}

/// <summary>Who has read a message: how many, and the first hundred by user id.</summary>
internal sealed record ReadersJson(long Count, IReadOnlyList<MemberJson> Items)
{
    public static ReadersJson Of(MessageReaders readers) => new(readers.Count, [.. readers.Members.Select(MemberJson.Of)]);
}

/// <summary>How far the caller has read in a room.</summary>
internal sealed record ReadStateJson(string RoomId, long LastReadSeq, long UnreadCount)
{
    public static ReadStateJson Of(ReadState state) => new(state.RoomId.Value, state.LastReadSeq, Math.Max(0, state.MessageCount - state.ReadCount));
}

/// <summary>Another message within one.</summary>
internal sealed record QuoteJson(string? RoomId, string MessageId, string SenderId, string SenderName, string Text)
{
    public static QuoteJson? Of(MessageQuote? quote) =>
        quote is null ? null : new QuoteJson(quote.RoomId?.Value, quote.MessageId.ToString(), quote.SenderId.Value, quote.SenderName, quote.Text);
}

/// <summary>A user as others see one.</summary>
internal sealed record UserJson(string Id, string Name, string? AvatarUrl)
{
    public static UserJson Of(UserProfile profile) => new(profile.Id.Value, profile.Name, profile.AvatarUrl);
}

/// <summary>Who somebody is, told to themselves.</summary>
internal sealed record MeJson(string Id, string Name, string? AvatarUrl, IReadOnlyList<string> Roles)
{
    public static MeJson Of(Caller caller) => new(caller.Id.Value, caller.Name, caller.AvatarUrl, [.. caller.Roles.Order(StringComparer.Ordinal)]);
}
