namespace Stomp.Gateway.Transports;

/// <summary>Each frame as one WebSocket message.</summary>
internal sealed class WebSocketLayout : IFrameLayout
{
    private readonly bool _deflates;

    private WebSocketLayout(bool deflates) => _deflates = deflates;

    public static WebSocketLayout Plain { get; } = new(deflates: false);

    /// <summary>Compresses what is long enough. As no context is taken over, that too is the same for all.</summary>
    public static WebSocketLayout Deflated { get; } = new(deflates: true);

    public void Add(in OutboundFrame frame, PooledBuffer octets)
    {
        var opcode = frame.IsText ? WebSocketOpcode.Text : WebSocketOpcode.Binary;
        if (_deflates && frame.Length >= MessageDeflater.SmallestMessage && TryAddDeflated(opcode, frame, octets)) return;
        AddHeader(octets, opcode, frame.Length);
        frame.CopyTo(octets);
    }

    public static void AddHeader(PooledBuffer octets, WebSocketOpcode opcode, int payloadLength, bool isDeflated = false) =>
        octets.Advance(WebSocketFraming.WriteHeader(octets.GetSpan(WebSocketFraming.MaxServerHeaderLength), opcode, payloadLength, isDeflated));

    private static bool TryAddDeflated(WebSocketOpcode opcode, in OutboundFrame frame, PooledBuffer octets)
    {
        using var deflated = new OctetQueue();
        var length = MessageDeflater.Deflate(frame, deflated);
        if (length >= frame.Length) return false;
        AddHeader(octets, opcode, length, isDeflated: true);
        deflated.Unread[..length].CopyTo(octets.GetSpan(length));
        octets.Advance(length);
        return true;
    }
}
