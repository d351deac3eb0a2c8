using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Scheduled messages as rows.</summary>
internal static class ScheduledRows
{
    private const string Columns = """
        s.id as Id, s.room_id as RoomId, s.sender_id as SenderId, s.client_message_id as ClientMessageId, s.body as Body, s.due_at as DueAt,
        s.created_at as CreatedAt, s.failed_at as FailedAt, s.failure_code as FailureCode, s.failure_detail as FailureDetail
        """;

    /// <summary>Scheduled messages with their senders, from whatever the rest of the statement says of the table named <c>s</c>.</summary>
    public static async Task<IReadOnlyList<ScheduledMessage>> ReadAsync(DbConnection connection, string rest, object facts, DbTransaction? transaction = null)
    {
        var rows = await connection.QueryAsync<ScheduledRow, ProfileRow?, ScheduledMessage>(
            $"select {Columns}, {ProfileRow.Columns} from scheduled_messages s left join users u on u.id = s.sender_id {rest}",
            (row, sender) => row.ToScheduled(sender.ToProfile(UserId.Parse(row.SenderId))),
            facts,
            transaction,
            splitOn: "ProfileId");
        return [.. rows];
    }

    /// <summary>What is kept as JSON of a message: all but its client message id, by which it is found.</summary>
    public static string BodyOf(NewMessage message) => JsonSerializer.Serialize(StoredPost.Of(message), StoredPostJson.Readable.StoredPost);

    private sealed class ScheduledRow
    {
        public string Id { get; init; } = "";
        public string RoomId { get; init; } = "";
        public string SenderId { get; init; } = "";
        public string? ClientMessageId { get; init; }
        public string Body { get; init; } = "";
        public long DueAt { get; init; }
        public long CreatedAt { get; init; }
        public long? FailedAt { get; init; }
        public string? FailureCode { get; init; }
        public string? FailureDetail { get; init; }

        public ScheduledMessage ToScheduled(UserProfile sender) => new()
        {
            Id = new ScheduledMessageId(Guid.Parse(Id)),
            RoomId = Domain.Rooms.RoomId.Parse(RoomId),
            Sender = sender,
            Message = StoredPost.Read(Body, ClientMessageId),
            DueAt = Sql.Columns.Time(DueAt),
            CreatedAt = Sql.Columns.Time(CreatedAt),
            Failure = FailedAt is { } at ? new ScheduledFailure(new Refusal(Enum.TryParse<RefusalCode>(FailureCode, ignoreCase: true, out var code) ? code : RefusalCode.Unavailable, FailureDetail ?? ""), Sql.Columns.Time(at)) : null,
        };
    }
}

/// <summary>What somebody wants to post, as it waits in the table.</summary>
internal sealed record StoredPost(string Type, string Text)
{
    public string? ThreadRootId { get; init; }
    public string? QuoteId { get; init; }
    public string? ForwardRoomId { get; init; }
    public string? ForwardMessageId { get; init; }
    public long? TtlSeconds { get; init; }
    public long? BurnAfterReadSeconds { get; init; }
    public IReadOnlyList<string>? AttachmentIds { get; init; }

    public static StoredPost Of(NewMessage message) => new(Columns.Of(message.Type), message.Text)
    {
        ThreadRootId = message.ThreadRootId?.ToString(),
        QuoteId = message.QuoteId?.ToString(),
        ForwardRoomId = message.Forward?.RoomId?.Value,
        ForwardMessageId = message.Forward?.MessageId.ToString(),
        TtlSeconds = (long?)message.TimeToLive?.TotalSeconds,
        BurnAfterReadSeconds = (long?)message.BurnAfterRead?.TotalSeconds,
        AttachmentIds = message.AttachmentIds.Count > 0 ? message.AttachmentIds : null,
    };

    /// <summary>
    /// What cannot be read, as when a later version wrote it, is a message without a text: refused at its time, and told its sender, it holds up nothing and can be taken back.
    /// </summary>
    public static NewMessage Read(string body, string? clientMessageId)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, StoredPostJson.Readable.StoredPost) is { } stored) return stored.ToMessage(clientMessageId);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or OverflowException)
        {
            return new NewMessage { ClientMessageId = clientMessageId };
        }
        return new NewMessage { ClientMessageId = clientMessageId };
    }

    private NewMessage ToMessage(string? clientMessageId) => new()
    {
        Type = Columns.Parse<MessageType>(Type),
        Text = Text,
        ClientMessageId = clientMessageId,
        ThreadRootId = Id(ThreadRootId),
        QuoteId = Id(QuoteId),
        Forward = ForwardRoomId is null ? null : new ForwardedMessage(RoomId.Parse(ForwardRoomId), new MessageId(Guid.Parse(ForwardMessageId!))),
        TimeToLive = Seconds(TtlSeconds),
        BurnAfterRead = Seconds(BurnAfterReadSeconds),
        AttachmentIds = AttachmentIds ?? [],
    };

    private static MessageId? Id(string? text) => text is null ? null : new MessageId(Guid.Parse(text));

    private static TimeSpan? Seconds(long? seconds) => seconds is { } some ? TimeSpan.FromSeconds(some) : null;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredPost))]
internal sealed partial class StoredPostJson : JsonSerializerContext
{
    /// <summary>Letters of every script as themselves: whoever looks into the table can read it.</summary>
    public static StoredPostJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
