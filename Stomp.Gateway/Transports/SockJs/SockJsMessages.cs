using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>How the reading of a client's JSON ended.</summary>
internal enum SockJsPayload
{
    Messages,

    /// <summary>Nothing at all, or JSON that is neither an array of strings nor, where that is allowed, a string.</summary>
    Missing,

    /// <summary>No JSON.</summary>
    Broken,
}

/// <summary>What a SockJS client sends: a JSON array of strings, or on a WebSocket also one bare string.</summary>
internal static class SockJsMessages
{
    /// <summary>
    /// Writes the strings' octets one behind the other, each with <paramref name="messageEnd"/> behind it: nothing for STOMP, whose frames know their own
    /// ends. When the result is not <see cref="SockJsPayload.Messages"/>, what was written has no meaning and must be dropped.
    /// </summary>
    /// <remarks>
    /// Lone surrogates are taken, as the SockJS protocol's tests demand and JavaScript strings may hold them. They have no UTF-8, so they
    /// become the three octets that UTF-8's scheme would give; who reads the text judges them.
    /// </remarks>
    public static SockJsPayload Read(ReadOnlySpan<byte> json, bool allowBareString, IBufferWriter<byte> destination, ReadOnlySpan<byte> messageEnd = default)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            if (json.IndexOfAnyExcept(" \t\r\n"u8) < 0 || !reader.Read())
                return SockJsPayload.Missing;
            if (reader.TokenType == JsonTokenType.String && allowBareString)
                WriteMessage(destination, reader.ValueSpan, messageEnd);
            else if (reader.TokenType != JsonTokenType.StartArray)
                return SkipToEnd(ref reader);

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.String)
                    return SkipToEnd(ref reader);
                WriteMessage(destination, reader.ValueSpan, messageEnd);
            }
            // Only now is it known that nothing stands behind the array.
            return reader.Read() ? SockJsPayload.Broken : SockJsPayload.Messages;
        }
        catch (JsonException)
        {
            return SockJsPayload.Broken;
        }
    }

    /// <summary>Good JSON of another shape is a missing payload, the rest is broken; which one is known at its end.</summary>
    private static SockJsPayload SkipToEnd(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            // The reader throws at what is no JSON.
        }
        return SockJsPayload.Missing;
    }

    private static void WriteMessage(IBufferWriter<byte> destination, ReadOnlySpan<byte> text, ReadOnlySpan<byte> messageEnd)
    {
        WriteUnescaped(destination, text);
        destination.Write(messageEnd);
    }

    /// <param name="destination">Gets the octets.</param>
    /// <param name="text">The inside of a JSON string whose escapes the JSON reader has found to be well formed.</param>
    private static void WriteUnescaped(IBufferWriter<byte> destination, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var backslash = text.IndexOf((byte)'\\');
            if (backslash < 0)
            {
                destination.Write(text);
                return;
            }
            destination.Write(text[..backslash]);
            text = text[(backslash + 1)..];
            text = text[(text[0] == (byte)'u' ? WriteCodeUnit(destination, text) : WriteShortEscape(destination, text[0]))..];
        }
    }

    private static int WriteShortEscape(IBufferWriter<byte> destination, byte letter)
    {
        destination.Write([letter switch
        {
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            _ => letter,
        }]);
        return 1;
    }

    private static int WriteCodeUnit(IBufferWriter<byte> destination, ReadOnlySpan<byte> text)
    {
        const int Length = 5;
        var first = CodeUnit(text);
        if (char.IsHighSurrogate(first) && text[Length..] is [(byte)'\\', (byte)'u', ..] && CodeUnit(text[(Length + 1)..]) is var second && char.IsLowSurrogate(second))
        {
            Write(destination, new Rune(first, second));
            return Length + 1 + Length;
        }

        if (char.IsSurrogate(first))
            destination.Write([(byte)(0xE0 | (first >> 12)), (byte)(0x80 | ((first >> 6) & 0x3F)), (byte)(0x80 | (first & 0x3F))]);
        else
            Write(destination, new Rune(first));
        return Length;
    }

    private static char CodeUnit(ReadOnlySpan<byte> text) => (char)ushort.Parse(text.Slice(1, 4), NumberStyles.AllowHexSpecifier);

    private static void Write(IBufferWriter<byte> destination, Rune rune) =>
        destination.Advance(rune.EncodeToUtf8(destination.GetSpan(4)));
}
