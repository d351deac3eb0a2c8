using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Primitives;

namespace Stomp.Gateway.Transports;

/// <summary>The opening handshake of RFC 6455 section 4.2. The one extension is permessage-deflate, where it is wanted.</summary>
internal static class WebSocketHandshake
{
    private const string Version = "13";
    private const int NonceLength = 16;

    /// <summary>The STOMP versions' subprotocols (STOMP 1.2, "WebSocket" registrations at IANA), the highest first.</summary>
    private static readonly string[] Subprotocols = ["v12.stomp", "v11.stomp", "v10.stomp"];

    /// <summary>Whether the client wants to leave HTTP for a WebSocket.</summary>
    public static bool IsAskedFor(HttpRequest request) => Lists(request.Headers.Upgrade, "websocket");

    /// <summary>Looks at the request alone: 0 when it is a good handshake, else the status that refuses it.</summary>
    public static int Refusal(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (!IsAskedFor(context.Request) || context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } || !HasGoodKey(headers))
            return StatusCodes.Status400BadRequest;
        return headers.SecWebSocketVersion == Version ? 0 : StatusCodes.Status426UpgradeRequired;
    }

    /// <summary>Answers a request that <see cref="Refusal"/> did not refuse with 101, and gives the WebSocket.</summary>
    /// <param name="context">The request.</param>
    /// <param name="inflatedLimit">Octets that a compressed message may inflate to; null when none is to be compressed.</param>
    public static async Task<WebSocketConnection> AcceptAsync(HttpContext context, long? inflatedLimit)
    {
        var headers = context.Response.Headers;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = AcceptValue(context.Request.Headers.SecWebSocketKey.ToString());
        if (ChooseSubprotocol(context.Request.Headers.SecWebSocketProtocol) is { } subprotocol)
            headers.SecWebSocketProtocol = subprotocol;
        MessageInflater? inflater = null;
        if (inflatedLimit is { } limit && PermessageDeflate.Answer(context.Request.Headers.SecWebSocketExtensions) is { } extension)
        {
            headers.SecWebSocketExtensions = extension;
            inflater = new MessageInflater(limit);
        }

        // Whether a client is too slow is decided by the connection's outbound budget, and told to it; Kestrel would just cut it off.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;

        var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        // The request lasts as long as the socket. What a browser said in it, of itself and its cookies, is a kilobyte that nobody reads any more.
        context.Request.Headers.Clear();
        return new WebSocketConnection(Directly(stream, context.Features), context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort, inflater);
    }

    /// <summary>Where the socket carries what is written as it is, that is without TLS, Kestrel is spared.</summary>
    private static Stream Directly(Stream stream, IFeatureCollection features) =>
        features.Get<ITlsConnectionFeature>() is null && features.Get<IConnectionSocketFeature>() is { Socket: var socket } ? new UpgradedStream(stream, socket) : stream;

    /// <summary>Writes the status that <see cref="Refusal"/> gave.</summary>
    public static Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status426UpgradeRequired)
            context.Response.Headers.SecWebSocketVersion = Version;
        context.Response.ContentType = "text/plain; charset=UTF-8";
        return context.Response.WriteAsync("Can \"Upgrade\" only to \"WebSocket\".");
    }

    /// <summary>RFC 6455 section 4.2.2: SHA-1 of the key with a fixed text behind it. It proves that the server understood, nothing else.</summary>
    internal static string AcceptValue(string key)
    {
#pragma warning disable CA5350 // Prescribed by the protocol; not used for secrecy.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }

    /// <summary>The highest offered version; null when none is known, and then none may be named: the client decides by CONNECT alone.</summary>
    internal static string? ChooseSubprotocol(StringValues offered) => Array.Find(Subprotocols, known => Lists(offered, known));

    private static bool HasGoodKey(IHeaderDictionary headers) =>
        headers.SecWebSocketKey is [{ } key] && Base64.IsValid(key, out var length) && length == NonceLength;

    private static bool Lists(StringValues header, string token) =>
        header.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries)).Contains(token, StringComparer.OrdinalIgnoreCase);
}
