using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;
using Stomp.Gateway.Transports.SockJs;

namespace Stomp.Gateway.Transports;

/// <summary>Takes WebSocket handshakes and hands the living client to its connection. The request lasts as long as the socket.</summary>
internal sealed class WebSocketEndpoint(
    IHandshakeGuard guard,
    IConnectionRunner runner,
    IHostApplicationLifetime lifetime,
    SockJsSweeper sweeper,
    SockJsLosses losses,
    IOptions<SockJsOptions> sockJs,
    StompOptions stomp,
    LimitsOptions limits,
    TimeProvider time)
{
    /// <summary>STOMP frames straight in WebSocket messages.</summary>
    public async Task RunPlainAsync(HttpContext context)
    {
        if (await TryAcceptAsync(context, limits.LargestFrame) is not var (connection, origin))
            return;
        await using var transport = WebSocketTransport.Start(connection, sockJs.Value.MessageEnd);
        await runner.RunAsync(transport, origin, lifetime.ApplicationStopping);
    }

    /// <summary>SockJS framing in WebSocket messages.</summary>
    public async Task RunSockJsAsync(HttpContext context)
    {
        if (await TryAcceptAsync(context, sockJs.Value.MessageBytes) is not var (connection, origin))
            return;
        await using var transport = await SockJsWebSocketTransport.StartAsync(connection, sweeper, losses, sockJs, time);
        await runner.RunAsync(transport, origin, lifetime.ApplicationStopping);
    }

    private async Task<(WebSocketConnection Connection, ClientOrigin Origin)?> TryAcceptAsync(HttpContext context, long messageLimit)
    {
        if (WebSocketHandshake.Refusal(context) is not 0 and var status)
        {
            await WebSocketHandshake.RefuseAsync(context, status);
            return null;
        }
        if ((await guard.CheckAsync(context)).Origin is not { } origin)
            return null;
        return (await WebSocketHandshake.AcceptAsync(context, stomp.Compression ? messageLimit : null), origin);
    }
}
