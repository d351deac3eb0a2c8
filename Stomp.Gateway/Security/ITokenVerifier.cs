namespace Stomp.Gateway.Security;

/// <summary>Judges tokens. The one place that does, for STOMP and HTTP alike.</summary>
internal interface ITokenVerifier
{
    /// <param name="token">The token, in its compact form.</param>
    /// <param name="cancellationToken">Gives up waiting for the Auth Server's keys.</param>
    /// <param name="ignoreExpiry">Whether a token that has ended is as good as before; only for telling whose a request is that goes on with something.</param>
    ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken, bool ignoreExpiry = false);
}

/// <summary>Whether a token is good.</summary>
/// <param name="Token">What it says; null when it is not good.</param>
/// <param name="Reason">Why not, in a few words that may be shown to whoever sent it; empty when it is good.</param>
internal readonly record struct TokenVerdict(VerifiedToken? Token, string Reason)
{
    public static TokenVerdict Bad(string reason) => new(Token: null, reason);

    public static implicit operator TokenVerdict(VerifiedToken token) => new(token, "");
}
