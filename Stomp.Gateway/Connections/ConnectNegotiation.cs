using Stomp.Gateway.Protocol;
using Stomp.Gateway.Security;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

/// <summary>What a client and the server agreed on at CONNECT.</summary>
internal sealed record ConnectedClient(VerifiedToken Token, StompVersion Version, Heartbeat Heartbeat);

/// <summary>Answers a CONNECT: which version, who it is, which heart-beats. Exactly one of the two is set.</summary>
internal readonly record struct ConnectOutcome(ConnectedClient? Client, Violation? Violation)
{
    public static implicit operator ConnectOutcome(Violation violation) => new(Client: null, violation);
}

internal static class ConnectNegotiation
{
    public static async ValueTask<ConnectOutcome> RunAsync(Frame frame, ClientOrigin origin, ConnectionServices services, CancellationToken cancellationToken)
    {
        if (!StompVersions.TryNegotiate(frame.GetHeader("accept-version"u8), out var version)) return Violation.NoCommonVersion;
        var (sends, wants) = (services.Stomp.HeartbeatSend, services.Stomp.HeartbeatReceive);
        // STOMP 1.0 knows no heart-beats, and its clients are never timed out by them.
        var wish = version is StompVersion.V10 ? null : frame.GetHeader("heart-beat"u8);
        if (!Heartbeat.TryAgree(wish, (int)sends.TotalMilliseconds, (int)wants.TotalMilliseconds, out var heartbeat)) return Violation.BadHeartbeat;

        var token = origin.Token;
        if (token is null)
        {
            if (!services.Logins.MayTry(origin.RemoteAddress)) return SessionViolations.TooManyLogins;
            var verdict = await JudgeAsync(frame, version, services, cancellationToken);
            if (verdict.Token is null)
            {
                services.Logins.NoteFailure(origin.RemoteAddress);
                return SessionViolations.Unauthenticated(verdict.Reason);
            }
            token = verdict.Token;
        }
        // Others see the name from the first message on, so it is kept before CONNECTED is sent.
        await services.Users.SaveAsync(token.Caller.Profile, cancellationToken);
        return new ConnectOutcome(new ConnectedClient(token, version, heartbeat), Violation: null);
    }

    /// <summary>By the token that the frame has, else by its login and passcode.</summary>
    private static async ValueTask<TokenVerdict> JudgeAsync(Frame frame, StompVersion version, ConnectionServices services, CancellationToken cancellationToken)
    {
        if (TokenOf(frame, version) is { } text) return await services.Verifier.VerifyAsync(text, cancellationToken);
        if (Value(frame, "login"u8, version) is not { Length: > 0 } login) return TokenVerdict.Bad("A token is needed: Authorization: Bearer.");
        return await services.Accounts.LogInAsync(login, Value(frame, "passcode"u8, version) ?? "", cancellationToken) is { } token
            ? token
            : TokenVerdict.Bad("wrong login or passcode");
    }

    /// <summary>The token of a CONNECT: <c>Authorization</c>, else <c>access_token</c>, else <c>passcode</c> when <c>login</c> is <c>jwt</c>.</summary>
    private static string? TokenOf(Frame frame, StompVersion version)
    {
        const string Scheme = "Bearer ";
        if (Value(frame, "Authorization"u8, version) is { } authorization && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return authorization[Scheme.Length..].Trim();
        if (Value(frame, "access_token"u8, version) is { Length: > 0 } token) return token;
        return Value(frame, "login"u8, version) == "jwt" && Value(frame, "passcode"u8, version) is { Length: > 0 } passcode ? passcode : null;
    }

    /// <summary>Blanks in front of a value count from 1.1 on.</summary>
    private static string? Value(Frame frame, ReadOnlySpan<byte> name, StompVersion version) =>
        version is StompVersion.V10 ? frame.GetHeader(name)?.TrimStart(' ') : frame.GetHeader(name);
}
