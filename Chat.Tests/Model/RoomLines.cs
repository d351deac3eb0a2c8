namespace Chat.Tests.Model;

/// <summary>
/// What a room looks like, as sorted lines of text: the model and the clients write the same of the same room, and where they differ the line says what about.
/// </summary>
internal static class RoomLines
{
    public static string OfRoom(RoomSettings settings, bool closed) => $"room {settings}{(closed ? " closed" : "")}";

    public static string OfMember(string name, string role, bool muted) => $"member {name} {role}{(muted ? " muted" : "")}";

    /// <param name="message">What it says, and what became of it.</param>
    public static string OfMessage(MessageLine message)
    {
        var marks = $"{(message.Edited ? " edited" : "")}{(message.Deleted ? " deleted" : "")}{(message.Pinned ? " pinned" : "")}{(message.Replies > 0 ? $" replies {message.Replies}" : "")}";
        var thread = message.Root is null ? "" : $" to {message.Root}";
        return $"message {message.Seq:0000} rev {message.Rev} {message.Kind} {message.Key} of {message.Sender}{thread}: {message.Text ?? "(gone)"}{marks} "
            + $"@[{string.Join(' ', message.Mentions)}] [{string.Join("; ", message.Reactions)}]";
    }

    public static string OfReaction(string emoji, IEnumerable<string> names) => $"{emoji} {string.Join(' ', names)}";

    /// <summary>A room in the list as it is carried on live.</summary>
    public static string OfListing(int room, long unread, int mentions, string preview) => $"listed {room} unread {unread} mentions {mentions}: {preview}";

    /// <summary>What the list shows of the newest message.</summary>
    public static string OfPreview(long seq, string kind, string key, string sender, string? text) => $"{seq} {kind} {key} of {sender}: {text ?? "(gone)"}";

    /// <summary>The preview where there is no message that one may see.</summary>
    public const string NoPreview = "nothing";
}

/// <summary>A message as everybody shows it.</summary>
internal sealed record MessageLine
{
    /// <summary>The number of its creation.</summary>
    public required long Seq { get; init; }

    /// <summary>The number of its last change.</summary>
    public required long Rev { get; init; }

    /// <summary>Its sender's own name for it.</summary>
    public required string Key { get; init; }
    public required string Kind { get; init; }
    public required string Sender { get; init; }

    /// <summary>What it says; null when it is gone.</summary>
    public required string? Text { get; init; }

    /// <summary>Of a reply the message that its thread began with.</summary>
    public required string? Root { get; init; }
    public required int Replies { get; init; }

    /// <summary>Whom it mentions, and <c>all</c>.</summary>
    public required IReadOnlyList<string> Mentions { get; init; }

    /// <summary>Whether it ever said something else.</summary>
    public required bool Edited { get; init; }

    /// <summary>Whether it was taken back; what has expired was not.</summary>
    public required bool Deleted { get; init; }
    public required bool Pinned { get; init; }

    /// <summary>Each emoji with who reacted by it, in the order in which they did.</summary>
    public required IReadOnlyList<string> Reactions { get; init; }
}

/// <summary>The settings that histories change or depend on.</summary>
internal sealed record RoomSettings
{
    public string Name { get; init; } = "Tea";
    public string? Description { get; init; }
    public string Visibility { get; init; } = "public";
    public int MaxMembers { get; init; } = 50;
    public string HistoryForNewMembers { get; init; } = "all";
    public string HistoryForFormerMembers { get; init; } = "none";
    public int EditWindowSeconds { get; init; } = 900;
    public int DeleteWindowSeconds { get; init; } = 3600;
    public int SlowModeSeconds { get; init; }
    public bool ReadOnly { get; init; }
    public bool JoinApproval { get; init; }
}
