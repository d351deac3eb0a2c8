using System.Text.Json.Serialization;
using Chat.Domain.Outcomes;

namespace Stomp.Gateway.Wire;

/// <summary>A refusal on <c>/user/queue/errors</c>.</summary>
/// <param name="Code">See <see cref="WireNames.Of(RefusalCode)"/>.</param>
/// <param name="Detail">For people.</param>
/// <param name="Destination">What was addressed.</param>
/// <param name="Receipt">The receipt that the frame asked for, and will not get.</param>
/// <param name="ClientMessageId">The sender's own name for the message.</param>
/// <param name="RetryAfterMs">When trying again may help.</param>
internal sealed record RefusalJson(
    string Code,
    string Detail,
    string Destination,
    string? Receipt,
    string? ClientMessageId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? RetryAfterMs)
{
    public static RefusalJson Of(Refusal refusal, string destination, string? receipt, string? clientMessageId) => new(
        WireNames.Of(refusal.Code),
        refusal.Detail,
        destination,
        receipt,
        clientMessageId,
        refusal.RetryAfter is { } after ? (long)Math.Ceiling(after.TotalMilliseconds) : null);
}

/// <summary>Says on <c>/user/queue/events</c> that the session's token is about to end.</summary>
internal sealed record SessionExpiringJson(string Event, DateTimeOffset ExpiresAt);
