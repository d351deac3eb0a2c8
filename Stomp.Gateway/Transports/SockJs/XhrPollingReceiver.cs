using System.Buffers;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>One frame a request (SockJS protocol, "XhrPolling").</summary>
internal sealed class XhrPollingReceiver : ISockJsReceiver
{
    public string Name => "xhr";

    public string ContentType => "application/javascript; charset=UTF-8";

    public bool IsStreaming => false;

    public void WritePrelude(IBufferWriter<byte> body)
    {
        // A response of one frame is complete at once; there is nothing to coax out of a browser's buffer.
    }

    public void WriteFrame(IBufferWriter<byte> body, ReadOnlySpan<byte> frame)
    {
        body.Write(frame);
        body.Write("\n"u8);
    }
}
