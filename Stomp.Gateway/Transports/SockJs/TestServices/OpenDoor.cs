namespace Stomp.Gateway.Transports.SockJs.TestServices;

/// <summary>Lets everybody in, from pages of whatever origin: the tests have no tokens, and connect more often than the gateway's own door allows.</summary>
internal sealed class OpenDoor : IHandshakeGuard
{
    public IEnumerable<string> PageOrigins => ["*"];

    public ValueTask<HandshakeVerdict> CheckAsync(HttpContext context) => CheckLaterAsync(context);

    public ValueTask<HandshakeVerdict> CheckLaterAsync(HttpContext context) =>
        ValueTask.FromResult(HandshakeVerdict.Accept(new ClientOrigin(context.Connection.RemoteIpAddress, Token: null)));
}
