using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Stomp.Gateway.Options;

/// <summary>The SockJS side of every STOMP path.</summary>
public sealed class SockJsOptions
{
    public const string Section = "SockJs";

    /// <summary>Sets a JSESSIONID cookie on session URLs, and tells clients to send cookies, for balancers that stick by it. Off, as in sockjs-node.</summary>
    public bool SessionCookie { get; set; }

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
    /// The largest xhr_send body or SockJS WebSocket message, in octets of JSON. 1 MiB: JSON may take six octets for one, so that a whole
    /// frame of 64 KiB is 384 KiB at worst, and clients join what gathered while the last request was under way.
    /// </summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MessageBytes { get; set; } = 1024 * 1024;
}

[OptionsValidator]
internal sealed partial class SockJsOptionsValidator : IValidateOptions<SockJsOptions>;
