namespace Stomp.Gateway.Transports;

/// <summary>
/// Decides which requests may open a connection, or go on with one: the Origin, a token that the request carries, and how often an
/// address connects. A refusal is written to the response by the guard itself (401, 403 or 429 as problem+json).
/// </summary>
internal interface IHandshakeGuard
{
    /// <summary>The origins whose pages may connect, besides the gateway's own; <c>*</c> is any.</summary>
    IEnumerable<string> PageOrigins { get; }

    /// <summary>A request that opens a connection: a WebSocket handshake, or the first of a SockJS session.</summary>
    ValueTask<HandshakeVerdict> CheckAsync(HttpContext context);

    /// <summary>
    /// A later request of a SockJS session that <see cref="CheckAsync"/> let in. It does not count as connecting, and a token that has
    /// expired meanwhile still says whose request it is: browsers repeat the first URL for ever, and the session itself ends at its token's end.
    /// </summary>
    ValueTask<HandshakeVerdict> CheckLaterAsync(HttpContext context);
}

/// <summary>What the guard said.</summary>
internal readonly record struct HandshakeVerdict
{
    private HandshakeVerdict(ClientOrigin? origin) => Origin = origin;

    /// <summary>Who may come in; null when the response already says why not.</summary>
    public ClientOrigin? Origin { get; }

    /// <summary>The response was written.</summary>
    public static HandshakeVerdict Refused => default;

    public static HandshakeVerdict Accept(ClientOrigin origin) => new(origin);
}
