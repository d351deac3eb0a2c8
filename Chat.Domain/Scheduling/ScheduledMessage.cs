using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Scheduling;

/// <summary>A scheduled message's id, a UUIDv7. The message that it becomes has one of its own.</summary>
public readonly record struct ScheduledMessageId(Guid Value)
{
    public static ScheduledMessageId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static bool TryParse(string? text, out ScheduledMessageId id)
    {
        var good = Guid.TryParseExact(text, "D", out var value);
        id = new ScheduledMessageId(value);
        return good;
    }

    /// <summary>Lower-case hexadecimal with hyphens.</summary>
    public override string ToString() => Value.ToString("D");
}

/// <summary>A message that is to be posted at its time, or that could not be.</summary>
public sealed record ScheduledMessage
{
    /// <summary>The least time ahead: every node looks for what is due more often than that.</summary>
    public static readonly TimeSpan Soonest = TimeSpan.FromSeconds(10);

    /// <summary>The most time ahead: a year, whichever.</summary>
    public static readonly TimeSpan Latest = TimeSpan.FromDays(366);

    /// <summary>How many one user may have, those that failed included.</summary>
    public const int Most = 100;

    public required ScheduledMessageId Id { get; init; }
    public required RoomId RoomId { get; init; }

    /// <summary>Who wrote it, as shown to others now.</summary>
    public required UserProfile Sender { get; init; }

    /// <summary>What is to be posted, as its sender gave it.</summary>
    public required NewMessage Message { get; init; }

    /// <summary>When, in whole milliseconds.</summary>
    public required DateTimeOffset DueAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Why it was not posted when it was due; null while it waits.</summary>
    public ScheduledFailure? Failure { get; init; }

    /// <summary>What is posted: under a client message id in any case, so that posting it again is harmless.</summary>
    public NewMessage ToPost() => Message with { ClientMessageId = Message.ClientMessageId ?? $"scheduled-{Id}", IsScheduled = true };

    /// <summary>What is wrong with a time; null when nothing is.</summary>
    public static Refusal? CheckTime(DateTimeOffset dueAt, DateTimeOffset now)
    {
        if (dueAt < now + Soonest) return Refusal.Invalid($"dueAt has to be at least {Soonest.TotalSeconds:0} s ahead.");
        return dueAt > now + Latest ? Refusal.Invalid($"dueAt is at most {Latest.TotalDays:0} days ahead.") : null;
    }
}

/// <summary>Why a message was not posted at its time.</summary>
/// <param name="Refusal">As whoever posts is refused; how long to wait means nothing here.</param>
/// <param name="At">When it was tried.</param>
public sealed record ScheduledFailure(Refusal Refusal, DateTimeOffset At);

/// <summary>What is to be other about a scheduled message; null leaves it as it is.</summary>
/// <param name="Text">Another text.</param>
/// <param name="DueAt">Another time. One that failed is scheduled again by it.</param>
public sealed record ScheduleChange(string? Text, DateTimeOffset? DueAt)
{
    /// <summary>The message as it is to be, or what is wrong with that.</summary>
    public Outcome<ScheduledMessage> Apply(ScheduledMessage present)
    {
        var message = Text is null ? present.Message : present.Message with { Text = Text };
        if (message.Check() is { } wrong) return wrong;
        return DueAt is { } dueAt ? present with { Message = message, DueAt = dueAt, Failure = null } : present with { Message = message };
    }
}
