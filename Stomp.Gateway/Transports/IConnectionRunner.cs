using System.Net;
using Stomp.Gateway.Security;

namespace Stomp.Gateway.Transports;

/// <summary>What is known of a client before its first STOMP frame.</summary>
/// <param name="RemoteAddress">Where it comes from, after trusted proxies were taken into account; null where a transport has no address.</param>
/// <param name="Token">The good token of the handshake; null when it carried none, and CONNECT must.</param>
internal sealed record ClientOrigin(IPAddress? RemoteAddress, VerifiedToken? Token)
{
    /// <summary>How the client's program describes itself; null when it does not.</summary>
    public string? UserAgent { get; init; }
}

/// <summary>To whom a transport hands a living client. It returns when the connection is over and the transport was closed.</summary>
internal interface IConnectionRunner
{
    Task RunAsync(ITransport transport, ClientOrigin origin, CancellationToken serverStopping);
}
