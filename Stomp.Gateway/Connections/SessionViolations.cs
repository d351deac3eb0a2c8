using Chat.Domain.Outcomes;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Connections;

/// <summary>What ends a session with an ERROR though its frames were in order.</summary>
internal static class SessionViolations
{
    public static readonly Violation ConnectTimeout = new("Connect timeout", "No CONNECT came in time.");
    public static readonly Violation TooManyLogins = new("rate_limited", "Too many failed log-ins from this address; try again in a minute.", Code(RefusalCode.RateLimited));
    public static readonly Violation TokenExpired = new("token expired", "The session's token has ended; connect anew with a fresh one.", Code(RefusalCode.Unauthenticated));
    public static readonly Violation TokenRevoked = new("token revoked", "The session's token was taken back.", Code(RefusalCode.Unauthenticated));
    public static readonly Violation SessionEnded = new("session ended", "The session was ended by its user from elsewhere.");
    public static readonly Violation Unavailable = new("unavailable", "The chat cannot reach its database; try again.", Code(RefusalCode.Unavailable));
    public static readonly Violation Internal = new("Internal error", "The server failed; try again.");

    public static Violation Unauthenticated(string reason) => new(reason, reason, Code(RefusalCode.Unauthenticated));

    /// <summary>A refusal to a session that does not listen on <c>/user/queue/errors</c>.</summary>
    public static Violation Refused(Refusal refusal) => new(Code(refusal.Code), refusal.Detail, Code(refusal.Code));

    private static string Code(RefusalCode code) => WireNames.Of(code);
}
