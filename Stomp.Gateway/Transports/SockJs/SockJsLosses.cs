using Stomp.Gateway.Diagnostics;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>Notes the frames of all connections that were no text, so that something of them was lost: each is counted, a connection's first is told.</summary>
internal sealed partial class SockJsLosses(GatewayMetrics metrics, ILogger<SockJsLosses> logger)
{
    /// <param name="transport">The transport that carried the frame.</param>
    /// <param name="wasTold">Whether the connection's first was told; the connection keeps it.</param>
    public void Note(ITransport transport, ref bool wasTold)
    {
        metrics.FrameGarbled(transport.Name);
        if (wasTold)
            return;
        wasTold = true;
        FrameGarbled(transport.Name);
    }

    [LoggerMessage(
        EventId = 2103,
        Level = LogLevel.Warning,
        Message = "A frame that is not UTF-8 went out by {Transport}; SockJS carries text alone, so octets of it became U+FFFD. Such bodies have to be sent as base64. Said once a connection")]
    private partial void FrameGarbled(string transport);
}
