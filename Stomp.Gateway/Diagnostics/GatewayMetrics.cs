using System.Diagnostics.Metrics;

namespace Stomp.Gateway.Diagnostics;

/// <summary>What the gateway counts. Each method is named for what happened.</summary>
internal sealed class GatewayMetrics
{
    public const string MeterName = "ChatStomp.Gateway";

    private readonly Counter<long> _garbledFrames;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _garbledFrames = meter.CreateCounter<long>("chatstomp.sockjs.frames.garbled", "{frame}", "Frames that were not UTF-8, so that SockJS carried U+FFFD in place of some octets.");
    }

    /// <param name="transport">The transport's name, as in log lines.</param>
    public void FrameGarbled(string transport) => _garbledFrames.Add(1, new KeyValuePair<string, object?>("transport", transport));
}
