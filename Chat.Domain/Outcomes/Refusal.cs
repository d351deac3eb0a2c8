namespace Chat.Domain.Outcomes;

/// <summary>Why the chat refuses something. One list for STOMP and REST; docs/protocol.md has the names on the wire.</summary>
public enum RefusalCode
{
    Unauthenticated,
    Forbidden,
    NotFound,
    NotMember,
    RoomFull,
    Muted,
    Banned,
    RateLimited,
    TooLarge,
    Invalid,
    EditWindowClosed,
    Conflict,
    Infected,
    Unavailable,
}

/// <summary>The chat's "no": the user may not or cannot. The connection lives on.</summary>
/// <param name="Code">What kind of no.</param>
/// <param name="Detail">One sentence for people, without secrets and without other people's data.</param>
/// <param name="RetryAfter">When trying again may help; null when it does not.</param>
public sealed record Refusal(RefusalCode Code, string Detail, TimeSpan? RetryAfter = null)
{
    public static Refusal Invalid(string detail) => new(RefusalCode.Invalid, detail);

    public static Refusal NotFound(string detail) => new(RefusalCode.NotFound, detail);

    public static Refusal Forbidden(string detail) => new(RefusalCode.Forbidden, detail);

    /// <summary>The room exists or not: a stranger is told the same of both.</summary>
    public static readonly Refusal NotMember = new(RefusalCode.NotMember, "You are not a member of this room.");
}
