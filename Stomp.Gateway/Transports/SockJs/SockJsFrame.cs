using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>What a SockJS server sends: <c>o</c>, <c>h</c>, <c>a["…","…"]</c> and <c>c[code,"reason"]</c> (SockJS protocol, "Protocol and framing").</summary>
internal static class SockJsFrame
{
    /// <summary>How <see cref="SockJsMessages"/> writes a lone surrogate, which has no UTF-8.</summary>
    public const int SurrogateLength = 3;

    /// <summary>
    /// Where a valid UTF-8 text may need an escape: controls, quote and backslash, and the lead octets of U+2000 to U+2FFF and of U+F000 to U+FFFF.
    /// </summary>
    private static readonly SearchValues<byte> Suspects = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(octet => (byte)octet), (byte)'"', (byte)'\\', 0xE2, 0xEF]);

    /// <summary>The session is open.</summary>
    public static ReadOnlyMemory<byte> Open { get; } = "o"u8.ToArray();

    /// <summary>The server lives.</summary>
    public static ReadOnlyMemory<byte> HeartBeat { get; } = "h"u8.ToArray();

    /// <summary>The session ended, or never was this client's.</summary>
    public static ReadOnlyMemory<byte> Close(int code, string reason) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"c[{code},{JsonSerializer.Serialize(reason)}]"));

    /// <summary>
    /// Begins a message frame, or goes on with it, by one STOMP frame as a JSON string. <see cref="EndMessages"/> completes it. False when not all
    /// of it was text, so that something was lost.
    /// </summary>
    public static bool AddMessage(PooledBuffer frame, in OutboundFrame message)
    {
        frame.Write(frame.Length == 0 ? "a[\""u8 : ",\""u8);
        // The two parts of a text meet at the end of a header line, so no character lies across.
        var isWhole = message.IsText
            ? WriteEscaped(frame, message.Head.Span, isText: true) & WriteEscaped(frame, message.Tail.Span, isText: true)
            : SockJsBinaryFrame.Write(frame, message);
        frame.Write("\""u8);
        return isWhole;
    }

    public static void EndMessages(PooledBuffer frame) => frame.Write("]"u8);

    /// <summary>
    /// The octets as the inside of a JSON string. Escaped is what the SockJS protocol's tests demand, because some browsers lose or change it:
    /// U+0000 to 001F, 200C to 200F, 2028 to 202F, 2060 to 206F, FFF0 to FFFF, by their short names where JSON has one. Octets that are no UTF-8 become
    /// U+FFFD, as SockJS carries text alone; lone surrogates, in the three octets that <see cref="SockJsMessages"/> makes of them, go out as they came in.
    /// </summary>
    /// <returns>False when something became U+FFFD.</returns>
    public static bool WriteEscaped(IBufferWriter<byte> destination, ReadOnlySpan<byte> octets, bool isText)
    {
        var isWhole = true;
        while (!octets.IsEmpty)
        {
            var plain = isText ? octets.IndexOfAny(Suspects) : 0;
            if (plain < 0)
                plain = octets.Length;
            destination.Write(octets[..plain]);
            octets = octets[plain..];
            if (!octets.IsEmpty)
                octets = octets[WriteOne(destination, octets, ref isWhole)..];
        }
        return isWhole;
    }

    /// <summary>
    /// A whole SockJS frame as a string of JavaScript, with its quotes. A message may hold the end of a script element; with its <c>&lt;</c> escaped
    /// no browser sees it, whatever it takes the script for.
    /// </summary>
    public static void WriteScriptString(IBufferWriter<byte> destination, ReadOnlySpan<byte> frame)
    {
        destination.Write("\""u8);
        while (frame.IndexOfAny("\"\\<"u8) is >= 0 and var at)
        {
            destination.Write(frame[..at]);
            if (frame[at] == (byte)'<')
                WriteEscape(destination, '<');
            else
                destination.Write([(byte)'\\', frame[at]]);
            frame = frame[(at + 1)..];
        }
        destination.Write(frame);
        destination.Write("\""u8);
    }

    /// <summary>Whether the octets begin with a lone surrogate.</summary>
    public static bool IsSurrogate(ReadOnlySpan<byte> octets) =>
        octets is [0xED, >= 0xA0 and <= 0xBF, >= 0x80 and <= 0xBF, ..];

    private static int WriteOne(IBufferWriter<byte> destination, ReadOnlySpan<byte> octets, ref bool isWhole)
    {
        if (ShortEscape(octets[0]) is not 0 and var letter)
        {
            destination.Write([(byte)'\\', letter]);
            return 1;
        }
        if (IsSurrogate(octets))
        {
            WriteEscape(destination, 0xD000 | ((octets[1] & 0x3F) << 6) | (octets[2] & 0x3F));
            return SurrogateLength;
        }

        var isValid = Rune.DecodeFromUtf8(octets, out var rune, out var length) == OperationStatus.Done;
        isWhole &= isValid;
        if (!isValid || MustEscape(rune.Value))
            WriteEscape(destination, rune.Value);
        else
            destination.Write(octets[..length]);
        return length;
    }

    /// <summary>The letter behind the backslash; 0 where JSON has none.</summary>
    private static byte ShortEscape(byte octet) => octet switch
    {
        (byte)'"' or (byte)'\\' => octet,
        (byte)'\b' => (byte)'b',
        (byte)'\f' => (byte)'f',
        (byte)'\n' => (byte)'n',
        (byte)'\r' => (byte)'r',
        (byte)'\t' => (byte)'t',
        _ => 0,
    };

    private static bool MustEscape(int character) => character is
        < 0x20 or (>= 0x200C and <= 0x200F) or (>= 0x2028 and <= 0x202F) or (>= 0x2060 and <= 0x206F) or (>= 0xFFF0 and <= 0xFFFF);

    private static void WriteEscape(IBufferWriter<byte> destination, int character)
    {
        var span = destination.GetSpan(6);
        span[0] = (byte)'\\';
        span[1] = (byte)'u';
        for (var digit = 0; digit < 4; digit++)
            span[2 + digit] = "0123456789abcdef"u8[(character >> (12 - (4 * digit))) & 0xF];
        destination.Advance(6);
    }
}
