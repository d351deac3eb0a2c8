using System.Text.Json.Serialization;
using Chat.Domain.Events;

namespace Stomp.Gateway.Wire;

/// <summary>Something that a user is told on <c>/user/queue/events</c> (docs/protocol.md, Notices). Which fields there are goes by <c>event</c>.</summary>
internal sealed record NoticeJson(string Event, string RoomId)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MessageId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Seq { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UserJson? Sender { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ThreadRootId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ReplyCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UserJson? User { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? MutedUntil { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? UpdatedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ScheduledMessageId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClientMessageId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? DueAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    public static NoticeJson Of(Notice notice) => new(notice.Event, notice.RoomId.Value)
    {
        MessageId = notice.MessageId?.ToString(),
        Seq = notice.Seq,
        Sender = notice.Sender is { } sender ? UserJson.Of(sender) : null,
        Text = notice.Text,
        ThreadRootId = notice.ThreadRootId?.ToString(),
        ReplyCount = notice.ReplyCount,
        User = notice.User is { } user ? UserJson.Of(user) : null,
        MutedUntil = notice.MutedUntil,
        UpdatedAt = notice.UpdatedAt,
        ScheduledMessageId = notice.ScheduledMessageId?.ToString(),
        ClientMessageId = notice.ClientMessageId,
        DueAt = notice.DueAt,
        Code = notice.Refusal is { } refusal ? WireNames.Of(refusal.Code) : null,
        Detail = notice.Refusal?.Detail,
    };
}
