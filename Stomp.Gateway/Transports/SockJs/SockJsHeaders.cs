using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>The headers that the SockJS protocol's tests look at, to the letter.</summary>
internal static class SockJsHeaders
{
    private const int YearInSeconds = 31_536_000;
    private const string CookieName = "JSESSIONID";

    /// <summary>What may stand in a cookie's value (RFC 6265 section 4.1.1), without quotes.</summary>
    private static readonly SearchValues<char> CookieCharacters =
        SearchValues.Create("!#$%&'()*+-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public static void NotCacheable(HttpResponse response) =>
        response.Headers.CacheControl = "no-store, no-cache, no-transform, must-revalidate, max-age=0";

    public static void Cacheable(HttpResponse response, DateTimeOffset now)
    {
        response.Headers.CacheControl = $"public, max-age={YearInSeconds}";
        response.Headers.Expires = now.AddSeconds(YearInSeconds).ToString("R");
    }

    /// <summary>
    /// The caller's Origin is allowed by name, as browsers refuse <c>*</c> together with credentials. What no browser sends counts as none. Which origins may really open a
    /// connection is the handshake guard's to say.
    /// </summary>
    public static void AllowOrigin(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Vary = "Origin";
        var origin = context.Request.Headers.Origin;
        if (StringValues.IsNullOrEmpty(origin) || !CanBeGivenBack(origin))
        {
            headers.AccessControlAllowOrigin = "*";
            return;
        }
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
    }

    /// <summary>An answer's headers are ASCII, as an origin of a browser is (RFC 6454 section 6.2); a request's may be anything.</summary>
    private static bool CanBeGivenBack(StringValues values)
    {
        foreach (var value in values)
        {
            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                return false;
        }
        return true;
    }

    /// <summary>What an OPTIONS request wants to know.</summary>
    /// <param name="context">The request.</param>
    /// <param name="method">The method that the URL has beside OPTIONS.</param>
    /// <param name="now">The time.</param>
    public static void AnswerPreflight(HttpContext context, string method, DateTimeOffset now)
    {
        var headers = context.Response.Headers;
        Cacheable(context.Response, now);
        headers.AccessControlAllowMethods = $"OPTIONS, {method}";
        headers.AccessControlMaxAge = YearInSeconds.ToString();
        if (context.Request.Headers.AccessControlRequestHeaders is [{ Length: > 0 } wanted] && CanBeGivenBack(wanted))
            headers.AccessControlAllowHeaders = wanted;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Gives the cookie back that came, or makes one, so that a balancer finds something to stick by.</summary>
    public static void KeepSessionCookie(HttpContext context)
    {
        var value = context.Request.Cookies[CookieName];
        if (string.IsNullOrEmpty(value) || value.AsSpan().ContainsAnyExcept(CookieCharacters))
            value = "dummy";
        context.Response.Headers.Append("Set-Cookie", $"{CookieName}={value}; path=/");
    }
}
