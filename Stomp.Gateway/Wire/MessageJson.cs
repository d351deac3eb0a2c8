using Chat.Domain.Messages;
using Chat.Domain.Users;

namespace Stomp.Gateway.Wire;

/// <summary>A message on the wire (docs/protocol.md, Messages). The same everywhere: in events, in history, as the answer to a post.</summary>
internal sealed record MessageJson
{
    public required string Id { get; init; }
    public required string RoomId { get; init; }
    public required long Seq { get; init; }
    public required long Rev { get; init; }
    public required string Type { get; init; }
    public required UserJson Sender { get; init; }
    public required string? Text { get; init; }
    public IReadOnlyList<string> Attachments { get; init; } = [];
    public string? ThreadRootId { get; init; }
    public int ReplyCount { get; init; }
    public IReadOnlyList<string> Mentions { get; init; } = [];
    public IReadOnlyList<string> Reactions { get; init; } = [];
    public bool Pinned { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EditedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public required string? ClientMessageId { get; init; }

    public static MessageJson Of(Message message) => new()
    {
        Id = message.Id.ToString(),
        RoomId = message.RoomId.Value,
        Seq = message.Seq,
        Rev = message.Rev,
        Type = WireNames.Of(message.Type),
        Sender = UserJson.Of(message.Sender),
        Text = message.Text,
        CreatedAt = message.CreatedAt,
        ClientMessageId = message.ClientMessageId,
    };
}

/// <summary>A user as others see one.</summary>
internal sealed record UserJson(string Id, string Name, string? AvatarUrl)
{
    public static UserJson Of(UserProfile profile) => new(profile.Id.Value, profile.Name, profile.AvatarUrl);
}

/// <summary>Who somebody is, told to themselves.</summary>
internal sealed record MeJson(string Id, string Name, string? AvatarUrl, IReadOnlyList<string> Roles)
{
    public static MeJson Of(Caller caller) => new(caller.Id.Value, caller.Name, caller.AvatarUrl, [.. caller.Roles.Order(StringComparer.Ordinal)]);
}
