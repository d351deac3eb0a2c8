using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Stomp.Gateway.Options;

/// <summary>The SockJS side of every STOMP path.</summary>
public sealed class SockJsOptions
{
    public const string Section = "SockJs";

    /// <summary>Sets a JSESSIONID cookie on session URLs, and tells clients to send cookies, for balancers that stick by it. Off, as in sockjs-node.</summary>
    public bool SessionCookie { get; set; }

    /// <summary>
    /// Where the iframe page finds the client library: a path on the gateway, https, or http on this machine; empty for no iframe page. By default the
    /// gateway's own copy, which is that of its own web page. It has to be exactly the version that the frontend uses: the two compare their versions, and a
    /// difference looks like a transport that times out.
    /// </summary>
    public string ClientUrl { get; set; } = "/sockjs/sockjs.min.js";

    /// <summary>Whether the services that the SockJS protocol's public tests talk to are there: <c>/echo</c> and three more, open to anybody.</summary>
    public bool TestServices { get; set; }

    /// <summary>Whether clients are offered WebSocket below the SockJS URL. The STOMP path itself takes a WebSocket in any case.</summary>
    public bool WebSocketEnabled { get; set; } = true;

    /// <summary>Silence after which <c>h</c> is sent, so that proxies keep the connection. 25 s: the SockJS protocol's number, below the usual 30 s of proxies.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a session lives without a request that receives for it. 5 s: the SockJS protocol's number.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan DisconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Octets after which a streaming response ends and the client asks anew, as browsers keep all of it in memory. 128 KiB: the SockJS protocol's number.</summary>
    [Range(1, 64 * 1024 * 1024)]
    public int StreamingBytes { get; set; } = 128 * 1024;

    /// <summary>
    /// The largest xhr_send body or SockJS WebSocket message, in octets of JSON. 2 MiB: JSON may take six octets for one, so that a whole
    /// frame of 64 KiB is 384 KiB at worst, clients join what gathered while the last request was under way, and a service sends a body of 1 MiB.
    /// </summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MessageBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>No setting: what is put behind each message of a client whose reader cannot tell their ends. STOMP frames have ends of their own.</summary>
    internal byte[] MessageEnd { get; init; } = [];
}

[OptionsValidator]
internal sealed partial class SockJsOptionsRanges : IValidateOptions<SockJsOptions>;

internal sealed class SockJsOptionsValidator : IValidateOptions<SockJsOptions>
{
    public ValidateOptionsResult Validate(string? name, SockJsOptions options)
    {
        var url = options.ClientUrl;
        return url.Length == 0 || IsOwnPath(url) || IsSafeAddress(url)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"""SockJs:ClientUrl is "{url}"; it must be a path on the gateway, for example "{new SockJsOptions().ClientUrl}", an https address, for example "https://cdn.example.com/sockjs-1.6.1.min.js", or empty.""");
    }

    /// <summary>Browsers take two slashes, and a slash and a backslash, for the beginning of another host.</summary>
    private static bool IsOwnPath(string url) => url[0] == '/' && url.Length > 1 && url[1] is not ('/' or '\\') && !url.Any(char.IsControl);

    private static bool IsSafeAddress(string url) =>
        url[0] != '/' && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
