using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Infrastructure.Sql;

/// <summary>What of a message has no column for each of its parts: kept as JSON beside it, so that a page of history is one read of one table.</summary>
internal static class MessageDetails
{
    public static string? Of(IReadOnlyList<UserId> mentions) =>
        mentions.Count == 0 ? null : JsonSerializer.Serialize([.. mentions.Select(user => user.Value)], MessageDetailsJson.Readable.IReadOnlyListString);

    public static IReadOnlyList<UserId> ReadMentions(string? json) =>
        json is null ? [] : [.. JsonSerializer.Deserialize(json, MessageDetailsJson.Readable.IReadOnlyListString)!.Select(UserId.Parse)];

    public static string? Of(IReadOnlyList<ReactionCount> reactions) => reactions.Count == 0 ? null : JsonSerializer.Serialize(
        [.. reactions.Select(reaction => new StoredReaction(reaction.Emoji, reaction.Count, [.. reaction.UserIds.Select(user => user.Value)]))],
        MessageDetailsJson.Readable.IReadOnlyListStoredReaction);

    public static IReadOnlyList<ReactionCount> ReadReactions(string? json) => json is null ? [] :
    [
        .. JsonSerializer.Deserialize(json, MessageDetailsJson.Readable.IReadOnlyListStoredReaction)!
            .Select(reaction => new ReactionCount(reaction.Emoji, reaction.Count, [.. reaction.UserIds.Select(UserId.Parse)])),
    ];

    public static string? Of(MessageQuote? quote) => quote is null ? null : JsonSerializer.Serialize(
        new StoredQuote(quote.RoomId?.Value, quote.MessageId.ToString(), quote.SenderId.Value, quote.SenderName, quote.Text), MessageDetailsJson.Readable.StoredQuote);

    public static MessageQuote? ReadQuote(string? json)
    {
        if (json is null) return null;
        var stored = JsonSerializer.Deserialize(json, MessageDetailsJson.Readable.StoredQuote)!;
        RoomId? room = stored.RoomId is null ? null : RoomId.Parse(stored.RoomId);
        return new MessageQuote(room, new MessageId(Guid.Parse(stored.MessageId)), UserId.Parse(stored.SenderId), stored.SenderName, stored.Text);
    }
}

internal sealed record StoredReaction(string Emoji, int Count, IReadOnlyList<string> UserIds);

internal sealed record StoredQuote(string? RoomId, string MessageId, string SenderId, string SenderName, string Text);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<StoredReaction>))]
[JsonSerializable(typeof(StoredQuote))]
internal sealed partial class MessageDetailsJson : JsonSerializerContext
{
    /// <summary>Letters of every script as themselves: whoever looks into the table can read it.</summary>
    public static MessageDetailsJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
