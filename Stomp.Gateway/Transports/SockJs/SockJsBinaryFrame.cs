using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>
/// A STOMP frame that is no UTF-8 as a whole. SockJS carries text alone, so what is none becomes U+FFFD; <c>content-length</c> is then that of what
/// the client gets, as its STOMP library would else cut the body elsewhere.
/// </summary>
internal static class SockJsBinaryFrame
{
    /// <summary>Writes the frame as the inside of a JSON string. False when something became U+FFFD.</summary>
    public static bool Write(PooledBuffer destination, in OutboundFrame frame)
    {
        var octets = new PooledBuffer();
        try
        {
            frame.CopyTo(octets);
            return Write(destination, octets.Span);
        }
        finally
        {
            octets.Clear();
        }
    }

    private static bool Write(PooledBuffer destination, ReadOnlySpan<byte> frame)
    {
        var isWhole = true;
        if (TryFindLength(frame, out var number, out var body))
        {
            isWhole = SockJsFrame.WriteEscaped(destination, frame[..number.Start], isText: false);
            var digits = destination.GetSpan(11);
            Utf8Formatter.TryFormat(TextLength(frame[body]), digits, out var count);
            destination.Advance(count);
            frame = frame[number.End..];
        }
        return SockJsFrame.WriteEscaped(destination, frame, isText: false) & isWhole;
    }

    /// <summary>Finds the header as our writer writes it; of several the first counts (STOMP 1.2, "Repeated Header Entries").</summary>
    private static bool TryFindLength(ReadOnlySpan<byte> frame, out Range number, out Range body)
    {
        (number, body) = (default, default);
        var head = frame.IndexOf("\n\n"u8);
        var name = "\ncontent-length:"u8;
        if (head < 0 || frame[..head].IndexOf(name) is not (>= 0 and var header))
            return false;

        var start = header + name.Length;
        head += 2;
        if (!Utf8Parser.TryParse(frame[start..head], out int length, out var digits) || length < 0 || length > frame.Length - head)
            return false;
        (number, body) = (start..(start + digits), head..(head + length));
        return true;
    }

    /// <summary>How many octets of UTF-8 the client's text has, in which faults and lone surrogates are replaced.</summary>
    private static int TextLength(ReadOnlySpan<byte> octets)
    {
        var length = 0;
        while (!octets.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(octets, out _, out var consumed) == OperationStatus.Done;
            if (SockJsFrame.IsSurrogate(octets))
                consumed = SockJsFrame.SurrogateLength;
            length += isText ? consumed : Rune.ReplacementChar.Utf8SequenceLength;
            octets = octets[consumed..];
        }
        return length;
    }
}
