namespace ChatStomp.Contracts;

/// <summary>What a service declares to have the system say something by MassTransit (docs/protocol.md, RabbitMQ). The names are the contract; the namespace matters only to publish.</summary>
public sealed record PublishSystemMessage
{
    public string? IdempotencyKey { get; init; }
    public required string RoomId { get; init; }
    public required string Text { get; init; }
    public object? Data { get; init; }
}
