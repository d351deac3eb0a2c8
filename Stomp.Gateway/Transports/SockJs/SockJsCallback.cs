using System.Buffers;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>The name, given by the client, of what a script in our answer calls in its page. The script runs there, so the name may be nothing but a name.</summary>
internal static class SockJsCallback
{
    /// <summary>sockjs-node's number; the client's own names have 11 characters.</summary>
    private const int MaxLength = 32;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Why the request cannot be answered, in the words of the SockJS protocol; null when <paramref name="callback"/> is good.</summary>
    public static string? Fault(HttpRequest request, out string callback)
    {
        callback = request.Query["c"].ToString();
        if (callback.Length == 0)
            return "\"callback\" parameter required";
        return callback.Length > MaxLength || callback.AsSpan().ContainsAnyExcept(Characters) ? "invalid \"callback\" parameter" : null;
    }
}
