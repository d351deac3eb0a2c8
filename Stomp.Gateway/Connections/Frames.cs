using System.Buffers;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

/// <summary>Frames for one client alone.</summary>
internal static class Frames
{
    private static readonly string Server = $"ChatStomp/{typeof(Frames).Assembly.GetName().Version?.ToString(3)}";

    public static OutboundFrame Connected(ConnectedClient client, string heartbeatHeader, string sessionId, bool namesServer)
    {
        var writer = new ArrayBufferWriter<byte>(256);
        FrameWriter.WriteConnected(writer, client.Version, heartbeatHeader, sessionId, namesServer ? Server : null, client.Token.Caller.Id.Value);
        return new OutboundFrame(writer.WrittenMemory, default);
    }

    public static OutboundFrame Receipt(StompVersion version, string receipt)
    {
        var writer = new ArrayBufferWriter<byte>(32 + receipt.Length);
        FrameWriter.WriteReceipt(writer, version, receipt);
        return new OutboundFrame(writer.WrittenMemory, default);
    }

    public static OutboundFrame Error(StompVersion version, Violation violation, string? receipt)
    {
        var writer = new ArrayBufferWriter<byte>(256);
        FrameWriter.WriteError(writer, version, violation, receipt);
        return new OutboundFrame(writer.WrittenMemory, default);
    }

    public static ReadOnlyMemory<byte> MessageHead(StompVersion version, string? subscription, string destination)
    {
        var writer = new ArrayBufferWriter<byte>(128);
        FrameWriter.WriteMessageHead(writer, version, subscription, destination);
        return writer.WrittenMemory;
    }
}
