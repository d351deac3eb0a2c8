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
        var marks = $"{(message.Edited ? " edited" : "")}{(message.Deleted ? " deleted" : "")}{(message.Pinned ? " pinned" : "")}";
        return $"message {message.Seq:0000} rev {message.Rev} {message.Key} of {message.Sender}: {message.Text ?? "(gone)"}{marks} [{string.Join("; ", message.Reactions)}]";
    }

    public static string OfReaction(string emoji, IEnumerable<string> names) => $"{emoji} {string.Join(' ', names)}";
}

/// <summary>A message as everybody shows it.</summary>
/// <param name="Seq">The number of its creation.</param>
/// <param name="Rev">The number of its last change.</param>
/// <param name="Key">Its sender's own name for it.</param>
/// <param name="Sender">Who said it.</param>
/// <param name="Text">What; null when it is gone.</param>
/// <param name="Edited">Whether it ever said something else.</param>
/// <param name="Deleted">Whether it was taken back.</param>
/// <param name="Pinned">Whether it is pinned.</param>
/// <param name="Reactions">Each emoji with who reacted by it, in the order in which they did.</param>
internal sealed record MessageLine(
    long Seq, long Rev, string Key, string Sender, string? Text, bool Edited, bool Deleted, bool Pinned, IReadOnlyList<string> Reactions);

/// <summary>The settings that histories change or depend on.</summary>
internal sealed record RoomSettings
{
    public string Name { get; init; } = "Tea";
    public string? Description { get; init; }
    public string Visibility { get; init; } = "public";
    public int MaxMembers { get; init; } = 50;
    public string HistoryForNewMembers { get; init; } = "all";
    public int EditWindowSeconds { get; init; } = 900;
    public int DeleteWindowSeconds { get; init; } = 3600;
    public int SlowModeSeconds { get; init; }
    public bool ReadOnly { get; init; }
    public bool JoinApproval { get; init; }
}
