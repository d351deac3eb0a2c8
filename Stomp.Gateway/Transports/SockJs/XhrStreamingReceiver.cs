using System.Buffers;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>Many frames in one response, each on a line of its own (SockJS protocol, "XhrStreaming").</summary>
internal sealed class XhrStreamingReceiver : ISockJsReceiver
{
    /// <summary>Older browsers keep the first octets of a response to themselves.</summary>
    private static readonly byte[] Prelude = [.. Enumerable.Repeat((byte)'h', 2048), (byte)'\n'];

    public string Name => "xhr_streaming";

    public string ContentType => "application/javascript; charset=UTF-8";

    public bool IsStreaming => true;

    public void WritePrelude(IBufferWriter<byte> body) => body.Write(Prelude);

    public void WriteFrame(IBufferWriter<byte> body, ReadOnlySpan<byte> frame)
    {
        body.Write(frame);
        body.Write("\n"u8);
    }
}
