using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>Everything below a STOMP path: <c>/info</c> and <c>/{server}/{session}/{transport}</c>. What is not in the table is not found.</summary>
internal sealed class SockJsEndpoint
{
    private readonly FrozenDictionary<string, SessionUrl> _sessionUrls;
    private readonly IHandshakeGuard _guard;
    private readonly SockJsSessions _sessions;
    private readonly SockJsOptions _options;
    private readonly TimeProvider _time;

    public SockJsEndpoint(IHandshakeGuard guard, SockJsSessions sessions, WebSocketEndpoint webSockets, IOptions<SockJsOptions> options, TimeProvider time)
    {
        _guard = guard;
        _sessions = sessions;
        _options = options.Value;
        _time = time;
        _sessionUrls = new Dictionary<string, SessionUrl>(StringComparer.Ordinal)
        {
            ["xhr"] = new(HttpMethods.Post, (context, id) => ReceiveAsync(context, id, new XhrPollingReceiver())),
            ["xhr_streaming"] = new(HttpMethods.Post, (context, id) => ReceiveAsync(context, id, new XhrStreamingReceiver())),
            ["xhr_send"] = new(HttpMethods.Post, SendAsync),
            ["websocket"] = new(HttpMethods.Get, (context, _) => webSockets.RunSockJsAsync(context), IsWebSocket: true),
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Answers a request whose path behind the STOMP path was cut at its slashes.</summary>
    public Task HandleAsync(HttpContext context, string[] segments) => segments switch
    {
        ["info"] => HandleInfoAsync(context),
        [var server, var session, var transport] when IsName(server) && IsName(session) && _sessionUrls.TryGetValue(transport, out var url)
            && (_options.WebSocketEnabled || !url.IsWebSocket) => HandleSessionAsync(context, session, url),
        _ => StompEndpoints.AnswerAsync(context, StatusCodes.Status404NotFound),
    };

    private static bool IsName(string segment) => segment.Length > 0 && !segment.Contains('.');

    private Task HandleInfoAsync(HttpContext context)
    {
        SockJsHeaders.AllowOrigin(context);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            SockJsHeaders.AnswerPreflight(context, HttpMethods.Get, _time.GetUtcNow());
            return Task.CompletedTask;
        }
        if (!HttpMethods.IsGet(context.Request.Method))
            return StompEndpoints.RefuseMethodAsync(context, "OPTIONS, GET");

        SockJsHeaders.NotCacheable(context.Response);
        context.Response.ContentType = "application/json; charset=UTF-8";
        var entropy = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        return context.Response.WriteAsync(
            $$"""{"websocket":{{Json(_options.WebSocketEnabled)}},"origins":["*:*"],"cookie_needed":{{Json(_options.SessionCookie)}},"entropy":{{entropy}}}""");
    }

    private static string Json(bool value) => value ? "true" : "false";

    private Task HandleSessionAsync(HttpContext context, string session, SessionUrl url)
    {
        if (url.IsWebSocket)
            return HttpMethods.IsGet(context.Request.Method) ? url.HandleAsync(context, session) : StompEndpoints.RefuseMethodAsync(context, url.Method);

        if (_options.SessionCookie)
            SockJsHeaders.KeepSessionCookie(context);
        SockJsHeaders.AllowOrigin(context);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            SockJsHeaders.AnswerPreflight(context, url.Method, _time.GetUtcNow());
            return Task.CompletedTask;
        }
        SockJsHeaders.NotCacheable(context.Response);
        return HttpMethods.Equals(context.Request.Method, url.Method)
            ? url.HandleAsync(context, session)
            : StompEndpoints.RefuseMethodAsync(context, $"OPTIONS, {url.Method}");
    }

    private async Task ReceiveAsync(HttpContext context, string id, ISockJsReceiver receiver)
    {
        var session = _sessions.Find(id);
        if (session is null)
        {
            if ((await _guard.CheckAsync(context)).Origin is not { } origin)
                return;
            session = _sessions.GetOrOpen(id, receiver.Name, origin);
        }
        else if (!await MayGoOnAsync(context, session))
        {
            return;
        }
        await SockJsResponse.SendAsync(context, session, receiver, _options);
    }

    private async Task SendAsync(HttpContext context, string id)
    {
        if (_sessions.Find(id) is not { } session)
            await StompEndpoints.AnswerAsync(context, StatusCodes.Status404NotFound);
        else if (await MayGoOnAsync(context, session))
            await XhrSend.HandleAsync(context, session, _options.MessageBytes);
    }

    /// <summary>A session that was opened with somebody's token is found by requests with that user's token alone.</summary>
    private async Task<bool> MayGoOnAsync(HttpContext context, SockJsSession session)
    {
        if ((await _guard.CheckLaterAsync(context)).Origin is not { } origin)
            return false;
        if (session.Origin.Token is not { } opener || origin.Token?.Caller.Id == opener.Caller.Id)
            return true;
        await StompEndpoints.AnswerAsync(context, StatusCodes.Status404NotFound);
        return false;
    }

    /// <summary>What is done at the last segment of a session's URL.</summary>
    private sealed record SessionUrl(string Method, Func<HttpContext, string, Task> HandleAsync, bool IsWebSocket = false);
}
