using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>
/// Everything below a SockJS base URL: <c>/info</c>, <c>/iframe*.html</c>, <c>/websocket</c> and <c>/{server}/{session}/{transport}</c>. What is not in
/// the table is not found.
/// </summary>
internal sealed class SockJsEndpoint
{
    private readonly FrozenDictionary<string, SessionUrl> _sessionUrls;
    private readonly IHandshakeGuard _guard;
    private readonly SockJsSessions _sessions;
    private readonly WebSocketEndpoint _webSockets;
    private readonly IframePage? _iframePage;
    private readonly SockJsOptions _options;
    private readonly TimeProvider _time;

    public SockJsEndpoint(IHandshakeGuard guard, SockJsSessions sessions, WebSocketEndpoint webSockets, IOptions<SockJsOptions> options, TimeProvider time)
    {
        _guard = guard;
        _sessions = sessions;
        _webSockets = webSockets;
        _options = options.Value;
        _time = time;
        _iframePage = _options.ClientUrl.Length == 0 ? null : new IframePage(_options.ClientUrl, guard.PageOrigins, time);
        _sessionUrls = new Dictionary<string, SessionUrl>(StringComparer.Ordinal)
        {
            ["websocket"] = new(HttpMethods.Get, (context, _) => webSockets.RunSockJsAsync(context), IsWebSocket: true),
            ["xhr"] = new(HttpMethods.Post, (context, id) => ReceiveAsync(context, id, new XhrPollingReceiver()), IsCrossOrigin: true),
            ["xhr_streaming"] = new(HttpMethods.Post, (context, id) => ReceiveAsync(context, id, new XhrStreamingReceiver()), IsCrossOrigin: true),
            ["xhr_send"] = new(HttpMethods.Post, (context, id) => SendAsync(context, id, new XhrSender()), IsCrossOrigin: true),
            ["eventsource"] = new(HttpMethods.Get, (context, id) => ReceiveAsync(context, id, new EventSourceReceiver()), IsCrossOrigin: true),
            ["htmlfile"] = new(HttpMethods.Get, (context, id) => ReceiveByCallbackAsync(context, id, callback => new HtmlFileReceiver(callback))),
            ["jsonp"] = new(HttpMethods.Get, (context, id) => ReceiveByCallbackAsync(context, id, callback => new JsonpReceiver(callback))),
            ["jsonp_send"] = new(HttpMethods.Post, (context, id) => SendAsync(context, id, new JsonpSender())),
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Answers a request whose path behind the base URL was cut at its slashes.</summary>
    public Task HandleAsync(HttpContext context, string[] segments) => segments switch
    {
        ["info"] => HandleInfoAsync(context),
        [var page] when _iframePage is not null && IframePage.IsName(page) => _iframePage.AnswerAsync(context),
        ["websocket"] when _options.WebSocketEnabled => HttpMethods.IsGet(context.Request.Method)
            ? _webSockets.RunPlainAsync(context)
            : StompEndpoints.RefuseMethodAsync(context, HttpMethods.Get),
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
        if (!url.IsWebSocket)
            SetHeaders(context, url);
        if (url.HasPreflight && HttpMethods.IsOptions(context.Request.Method))
        {
            SockJsHeaders.AnswerPreflight(context, url.Method, _time.GetUtcNow());
            return Task.CompletedTask;
        }
        return HttpMethods.Equals(context.Request.Method, url.Method)
            ? url.HandleAsync(context, session)
            : StompEndpoints.RefuseMethodAsync(context, url.HasPreflight ? $"OPTIONS, {url.Method}" : url.Method);
    }

    private void SetHeaders(HttpContext context, SessionUrl url)
    {
        if (_options.SessionCookie)
            SockJsHeaders.KeepSessionCookie(context);
        if (url.IsCrossOrigin)
            SockJsHeaders.AllowOrigin(context);
        SockJsHeaders.NotCacheable(context.Response);
        context.Response.Headers.XContentTypeOptions = "nosniff";
    }

    private Task ReceiveByCallbackAsync(HttpContext context, string id, Func<string, ISockJsReceiver> receiver) =>
        SockJsCallback.Fault(context.Request, out var callback) is { } fault
            ? SockJsRequest.RefuseAsync(context, fault)
            : ReceiveAsync(context, id, receiver(callback));

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

    private async Task SendAsync(HttpContext context, string id, ISockJsSender sender)
    {
        if (_sessions.Find(id) is not { } session)
            await StompEndpoints.AnswerAsync(context, StatusCodes.Status404NotFound);
        else if (await MayGoOnAsync(context, session))
            await SockJsRequest.ReceiveAsync(context, session, sender, _options);
    }

    /// <summary>
    /// A session that was opened with somebody's token is found by requests with that user's token alone, and one that was opened without any by requests from
    /// the same address: its name is all that others would have to know, and names stand in the logs of proxies.
    /// </summary>
    private async Task<bool> MayGoOnAsync(HttpContext context, SockJsSession session)
    {
        if ((await _guard.CheckLaterAsync(context)).Origin is not { } origin)
            return false;
        var isSame = session.Origin.Token is { } opener ? origin.Token?.Caller.Id == opener.Caller.Id : Equals(origin.RemoteAddress, session.Origin.RemoteAddress);
        if (isSame)
            return true;
        await StompEndpoints.AnswerAsync(context, StatusCodes.Status404NotFound);
        return false;
    }

    /// <summary>What is done at the last segment of a session's URL.</summary>
    /// <param name="Method">The method, beside the OPTIONS of a preflight.</param>
    /// <param name="HandleAsync">Gets the session's name.</param>
    /// <param name="IsCrossOrigin">Whether scripts fetch it, so that browsers ask what other origins may (CORS).</param>
    /// <param name="IsWebSocket">Whether it is no HTTP transport.</param>
    private sealed record SessionUrl(string Method, Func<HttpContext, string, Task> HandleAsync, bool IsCrossOrigin = false, bool IsWebSocket = false)
    {
        /// <summary>A browser asks before a POST with credentials; a GET is as simple as a link.</summary>
        public bool HasPreflight => IsCrossOrigin && Method == HttpMethods.Post;
    }
}
