using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.Net.Http.Headers;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>
/// The page of our origin that the client puts into a page of another one where a transport cannot cross origins itself. What runs in it comes from
/// our own origin, so who may frame it are those who may connect.
/// </summary>
internal sealed class IframePage
{
    private static readonly SearchValues<char> VersionCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");

    private readonly byte[] _page;
    private readonly EntityTagHeaderValue _etag;
    private readonly string _policy;
    private readonly TimeProvider _time;

    /// <param name="clientUrl">Where the client library is.</param>
    /// <param name="origins">Whose pages may frame this one, besides our own.</param>
    /// <param name="time">The clock.</param>
    public IframePage(string clientUrl, IEnumerable<string> origins, TimeProvider time)
    {
        // To the letter, as the SockJS protocol's tests compare it.
        _page = Encoding.UTF8.GetBytes($"""
            <!DOCTYPE html>
            <html>
            <head>
              <meta http-equiv="X-UA-Compatible" content="IE=edge" />
              <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
              <script src="{HtmlEncoder.Default.Encode(clientUrl)}"></script>
              <script>
                document.domain = document.domain;
                SockJS.bootstrap_iframe();
              </script>
            </head>
            <body>
              <h2>Don't panic!</h2>
              <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
            </body>
            </html>
            """);
        _etag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(_page).AsSpan(0, 16))}\"");
        _policy = string.Join(' ', ["frame-ancestors 'self'", .. origins]);
        _time = time;
    }

    /// <summary><c>iframe.html</c>, or the same with anything that may be a version: <c>iframe-1.6.1.html</c>.</summary>
    public static bool IsName(string segment) =>
        segment.StartsWith("iframe", StringComparison.Ordinal) && segment.EndsWith(".html", StringComparison.Ordinal)
        && !segment.AsSpan().ContainsAnyExcept(VersionCharacters);

    public Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
            return StompEndpoints.RefuseMethodAsync(context, HttpMethods.Get);

        var response = context.Response;
        SockJsHeaders.Cacheable(response, _time.GetUtcNow());
        response.Headers.ETag = _etag.ToString();
        response.Headers.ContentSecurityPolicy = _policy;
        response.Headers.XContentTypeOptions = "nosniff";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(_etag, useStrongComparison: false) || tag.Equals(EntityTagHeaderValue.Any)))
            return StompEndpoints.AnswerAsync(context, StatusCodes.Status304NotModified);

        response.ContentType = "text/html; charset=UTF-8";
        response.ContentLength = _page.Length;
        return response.Body.WriteAsync(_page, context.RequestAborted).AsTask();
    }
}
