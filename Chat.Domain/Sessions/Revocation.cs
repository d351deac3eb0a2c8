namespace Chat.Domain.Sessions;

/// <summary>What is no longer good.</summary>
public enum RevocationKind
{
    /// <summary>One token; the subject is its <c>jti</c>.</summary>
    Token,

    /// <summary>All tokens of a user that were issued before a time; the subject is the user's id.</summary>
    User,

    /// <summary>One session; the subject is its id. Its token stays good.</summary>
    Session,
}

/// <summary>Something that was taken back.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Subject">Which one.</param>
/// <param name="IssuedBefore">Of a user, which tokens: <c>iat</c> has whole seconds, and one of the same second counts as before. Null for the other kinds.</param>
/// <param name="ExpiresAt">From when on it need not be remembered.</param>
public sealed record Revocation(RevocationKind Kind, string Subject, DateTimeOffset? IssuedBefore, DateTimeOffset ExpiresAt)
{
    /// <summary>How long the revocation of a token is remembered; no token should live longer.</summary>
    public static readonly TimeSpan TokensKeptFor = TimeSpan.FromDays(30);

    /// <summary>How long the end of a session is remembered: until every node has certainly seen it, also one that cannot reach the store for a while.</summary>
    public static readonly TimeSpan SessionsKeptFor = TimeSpan.FromHours(1);

    /// <summary>Longest <c>jti</c> that can be revoked, in UTF-16 units.</summary>
    public const int MaxSubjectLength = 128;
}
