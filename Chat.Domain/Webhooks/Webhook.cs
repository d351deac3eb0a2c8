using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Webhooks;

/// <summary>
/// A door through which programs without a token of their own post to one room. It belongs to the room, not to who made it: it stays when that one leaves, is kicked
/// or moderates no longer, and every moderator can take it away.
/// </summary>
/// <param name="Id">Which one; no secret.</param>
/// <param name="RoomId">Where it leads.</param>
/// <param name="Name">Under which its messages are shown.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
public sealed record Webhook(WebhookId Id, RoomId RoomId, string Name, UserId CreatedBy, DateTimeOffset CreatedAt)
{
    public const int MaxNameLength = 64;

    /// <summary>Webhooks that a room may have.</summary>
    public const int MostInRoom = 10;

    /// <summary>Who its messages are from. The Auth Server should give nobody an id that begins so.</summary>
    public UserProfile Sender => new(UserId.Parse($"webhook:{Id}"), Name, AvatarUrl: null);

    /// <summary>What is wrong with a name, or null.</summary>
    public static Refusal? CheckName(string? name) => OpaqueText.IsIdentifier(name, MaxNameLength)
        ? null
        : Refusal.Invalid($"name is needed: 1 to {MaxNameLength} characters, no control characters, and no blank at either end.");
}

/// <summary>A webhook's id, a UUIDv7 (RFC 9562): later ones sort later.</summary>
public readonly record struct WebhookId(Guid Value)
{
    public static WebhookId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static bool TryParse(string? text, out WebhookId id)
    {
        var good = Guid.TryParseExact(text, "D", out var value);
        id = new WebhookId(value);
        return good;
    }

    /// <summary>Lower-case hexadecimal with hyphens.</summary>
    public override string ToString() => Value.ToString("D");
}
