namespace Chat.Domain.Brokering;

/// <summary>A message of a general destination: octets that nobody here looks into, with what its sender says of them.</summary>
/// <param name="Body">Nobody changes it.</param>
public sealed record BrokerMessage(ReadOnlyMemory<byte> Body)
{
    public string? ContentType { get; init; }

    public string? ContentEncoding { get; init; }

    /// <summary>Whether it has to outlive the broker; it does in a durable queue.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>0 to 255; only queues made with a highest priority look at it.</summary>
    public byte? Priority { get; init; }

    public string? CorrelationId { get; init; }

    public string? ReplyTo { get; init; }

    /// <summary>How long it may wait in a queue.</summary>
    public TimeSpan? Expiration { get; init; }

    public string? MessageId { get; init; }

    public DateTimeOffset? Timestamp { get; init; }

    public string? Type { get; init; }

    public string? UserId { get; init; }

    public string? AppId { get; init; }

    /// <summary>The sender's own headers, in their order; names are unique.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
