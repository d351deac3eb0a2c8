using System.Buffers;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>Many frames in one response, each as a server-sent event (SockJS protocol, "EventSource").</summary>
internal sealed class EventSourceReceiver : ISockJsReceiver
{
    /// <summary>What would end an event's line; and the percent sign, since the client undoes percent escapes in all it gets.</summary>
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\0\r\n%"u8);

    public string Name => "eventsource";

    /// <summary>Without a charset, which the SockJS protocol's tests do not allow here: events are UTF-8 always.</summary>
    public string ContentType => "text/event-stream";

    public bool IsStreaming => true;

    /// <summary>Opera loses the first line.</summary>
    public void WritePrelude(IBufferWriter<byte> body) => body.Write("\r\n"u8);

    public void WriteFrame(IBufferWriter<byte> body, ReadOnlySpan<byte> frame)
    {
        body.Write("data: "u8);
        while (frame.IndexOfAny(Escaped) is >= 0 and var at)
        {
            body.Write(frame[..at]);
            body.Write([(byte)'%', HexDigit(frame[at] >> 4), HexDigit(frame[at] & 0xF)]);
            frame = frame[(at + 1)..];
        }
        body.Write(frame);
        body.Write("\r\n\r\n"u8);
    }

    private static byte HexDigit(int value) => "0123456789ABCDEF"u8[value];
}
