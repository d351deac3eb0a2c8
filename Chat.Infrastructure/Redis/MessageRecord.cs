using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Infrastructure.Redis;

/// <summary>A message as it lies in Redis: all of it but its room, and that only short. Times are milliseconds since 1970 (UTC).</summary>
internal sealed partial record MessageRecord
{
    public required Guid Id { get; init; }
    public required long Seq { get; init; }
    public long Rev { get; init; }
    public required long Ordinal { get; init; }
    public MessageType Type { get; init; }
    public required string SenderId { get; init; }
    public required string SenderName { get; init; }
    public string? SenderAvatarUrl { get; init; }
    public string? Text { get; init; }
    public required long CreatedAt { get; init; }
    public string? ClientMessageId { get; init; }
    public Guid? ThreadRootId { get; init; }
    public int ReplyCount { get; init; }
    public long? LastReplyAt { get; init; }
    public string[]? Mentions { get; init; }
    public bool MentionsAll { get; init; }
    public Reaction[]? Reactions { get; init; }
    public long? PinnedAt { get; init; }
    public long? EditedAt { get; init; }
    public long? DeletedAt { get; init; }
    public long? ExpiresAt { get; init; }
    public double? BurnSeconds { get; init; }
    public QuoteRecord? Quote { get; init; }
    public QuoteRecord? Forwarded { get; init; }
    public string? Data { get; init; }

    public static byte[] Write(Message message) => JsonSerializer.SerializeToUtf8Bytes(Of(message), MessageRecordJson.Default.MessageRecord);

    public static Message Read(RoomId room, byte[] json) => JsonSerializer.Deserialize(json, MessageRecordJson.Default.MessageRecord)!.ToMessage(room);

    private static MessageRecord Of(Message message) => new()
    {
        Id = message.Id.Value,
        Seq = message.Seq,
        Rev = message.Rev,
        Ordinal = message.Ordinal,
        Type = message.Type,
        SenderId = message.Sender.Id.Value,
        SenderName = message.Sender.Name,
        SenderAvatarUrl = message.Sender.AvatarUrl,
        Text = message.Text,
        CreatedAt = message.CreatedAt.ToUnixTimeMilliseconds(),
        ClientMessageId = message.ClientMessageId,
        ThreadRootId = message.ThreadRootId?.Value,
        ReplyCount = message.ReplyCount,
        LastReplyAt = message.LastReplyAt?.ToUnixTimeMilliseconds(),
        Mentions = message.Mentions.Count == 0 ? null : [.. message.Mentions.Select(user => user.Value)],
        MentionsAll = message.MentionsAll,
        Reactions = message.Reactions.Count == 0 ? null : [.. message.Reactions.Select(Reaction.Of)],
        PinnedAt = message.PinnedAt?.ToUnixTimeMilliseconds(),
        EditedAt = message.EditedAt?.ToUnixTimeMilliseconds(),
        DeletedAt = message.DeletedAt?.ToUnixTimeMilliseconds(),
        ExpiresAt = message.ExpiresAt?.ToUnixTimeMilliseconds(),
        BurnSeconds = message.BurnAfterRead?.TotalSeconds,
        Quote = QuoteRecord.Of(message.Quote),
        Forwarded = QuoteRecord.Of(message.Forwarded),
        Data = message.Data,
    };

    private Message ToMessage(RoomId room) => new()
    {
        Id = new MessageId(Id),
        RoomId = room,
        Seq = Seq,
        Rev = Rev,
        Ordinal = Ordinal,
        Type = Type,
        Sender = new UserProfile(UserId.Parse(SenderId), SenderName, SenderAvatarUrl),
        Text = Text,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        ClientMessageId = ClientMessageId,
        ThreadRootId = ThreadRootId is { } root ? new MessageId(root) : null,
        ReplyCount = ReplyCount,
        LastReplyAt = Time(LastReplyAt),
        Mentions = [.. (Mentions ?? []).Select(UserId.Parse)],
        MentionsAll = MentionsAll,
        Reactions = [.. (Reactions ?? []).Select(reaction => reaction.ToCount())],
        PinnedAt = Time(PinnedAt),
        EditedAt = Time(EditedAt),
        DeletedAt = Time(DeletedAt),
        ExpiresAt = Time(ExpiresAt),
        BurnAfterRead = BurnSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Quote = Quote?.ToQuote(),
        Forwarded = Forwarded?.ToQuote(),
        Data = Data,
    };

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;

    internal sealed record Reaction(string Emoji, int Count, string[] UserIds)
    {
        public static Reaction Of(ReactionCount reaction) => new(reaction.Emoji, reaction.Count, [.. reaction.UserIds.Select(user => user.Value)]);

        public ReactionCount ToCount() => new(Emoji, Count, [.. UserIds.Select(UserId.Parse)]);
    }

    internal sealed record QuoteRecord(string? RoomId, Guid MessageId, string SenderId, string SenderName, string Text)
    {
        public static QuoteRecord? Of(MessageQuote? quote) =>
            quote is null ? null : new QuoteRecord(quote.RoomId?.Value, quote.MessageId.Value, quote.SenderId.Value, quote.SenderName, quote.Text);

        public MessageQuote ToQuote() => new(
            RoomId is null ? null : Domain.Rooms.RoomId.Parse(RoomId), new MessageId(MessageId), UserId.Parse(SenderId), SenderName, Text);
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonSerializable(typeof(MessageRecord))]
    private sealed partial class MessageRecordJson : JsonSerializerContext;
}
