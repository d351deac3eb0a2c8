using System.Buffers;
using System.Text.Json.Serialization;
using Chat.Domain.Outcomes;
using Chat.Domain.Scheduling;

namespace Stomp.Gateway.Wire;

/// <summary>A message that waits for its time (docs/protocol.md, Scheduled messages): what was given, and what became of it.</summary>
internal sealed record ScheduledMessageJson
{
    public required string Id { get; init; }
    public required string RoomId { get; init; }
    public required DateTimeOffset DueAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string Type { get; init; }

    /// <summary>Null of one that forwards another.</summary>
    public required string? Text { get; init; }
    public required string? ThreadRootId { get; init; }
    public required string? ClientMessageId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TtlSeconds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BurnAfterReadSeconds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? QuoteId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ForwardBody? Forward { get; init; }

    /// <summary>Why it was not posted; not there while it waits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScheduledFailureJson? Failure { get; init; }

    public static ScheduledMessageJson Of(ScheduledMessage scheduled)
    {
        var message = scheduled.Message;
        return new ScheduledMessageJson
        {
            Id = scheduled.Id.ToString(),
            RoomId = scheduled.RoomId.Value,
            DueAt = scheduled.DueAt,
            CreatedAt = scheduled.CreatedAt,
            Type = WireNames.Of(message.Type),
            Text = message.Forward is null ? message.Text : null,
            ThreadRootId = message.ThreadRootId?.ToString(),
            ClientMessageId = message.ClientMessageId,
            TtlSeconds = (int?)message.TimeToLive?.TotalSeconds,
            BurnAfterReadSeconds = (int?)message.BurnAfterRead?.TotalSeconds,
            QuoteId = message.QuoteId?.ToString(),
            Forward = message.Forward is { RoomId: { } from } forward ? new ForwardBody(from.Value, forward.MessageId.ToString()) : null,
            Failure = scheduled.Failure is { } failure ? new ScheduledFailureJson(WireNames.Of(failure.Refusal.Code), failure.Refusal.Detail, failure.At) : null,
        };
    }
}

/// <summary>Why a message was not posted at its time, as a refusal says it.</summary>
internal sealed record ScheduledFailureJson(string Code, string Detail, DateTimeOffset At);

/// <summary>The body of a post, and when it is to be made; by SEND or by REST.</summary>
internal sealed record ScheduleMessageBody : PostMessageBody
{
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Reads the body of a SEND. The header's id counts where the body has none.</summary>
    public static Outcome<ScheduleMessageBody> Parse(ReadOnlySequence<byte> body, string? clientMessageIdHeader)
    {
        if (!Bodies.Parse(body, WireJson.Wire.ScheduleMessageBody).TryGet(out var asked, out var refusal)) return refusal;
        return asked.ClientMessageId is null && clientMessageIdHeader is not null ? asked with { ClientMessageId = clientMessageIdHeader } : asked;
    }

    public Outcome<DateTimeOffset> CheckTime() => DueAt is { } dueAt ? dueAt : Refusal.Invalid("The body needs the field dueAt.");
}

/// <summary>What is to be other about a scheduled message, by SEND or by REST; what is left out stays.</summary>
internal sealed record ScheduleChangeBody(string? Text, DateTimeOffset? DueAt)
{
    public static Outcome<ScheduleChange> Parse(ReadOnlySequence<byte> body) =>
        Bodies.Parse(body, WireJson.Wire.ScheduleChangeBody).TryGet(out var change, out var refusal) ? change.Read() : refusal;

    public ScheduleChange Read() => new(Text, DueAt);
}
