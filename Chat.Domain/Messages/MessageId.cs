namespace Chat.Domain.Messages;

/// <summary>A message's id, a UUIDv7 (RFC 9562): unique everywhere, later ones sort later.</summary>
public readonly record struct MessageId(Guid Value)
{
    /// <summary>No message's.</summary>
    public static MessageId None => default;

    public static MessageId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static bool TryParse(string? text, out MessageId id)
    {
        var good = Guid.TryParseExact(text, "D", out var value);
        id = new MessageId(value);
        return good;
    }

    /// <summary>Lower-case hexadecimal with hyphens.</summary>
    public override string ToString() => Value.ToString("D");
}
