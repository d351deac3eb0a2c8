using System.Buffers;
using System.Text;

namespace Stomp.Gateway.Protocol;

/// <summary>
/// Escapes in headers (STOMP 1.1 and 1.2, Value Encoding): 1.0 has none, 1.1 <c>\n</c> <c>\c</c> <c>\\</c>, 1.2 those and <c>\r</c>. Where a version has no
/// escape for a line end, a blank takes its place, and for a NUL in every version: what is in a value can never become a second header or end the frame.
/// </summary>
internal static class HeaderEscaping
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\\:\n\r\0");
    private static readonly SearchValues<char> Ends = SearchValues.Create("\n\r\0");
    private static readonly SearchValues<char> EndsOfNames = SearchValues.Create(":\n\r\0");

    /// <summary>
    /// Whether a version can write the name so that it is read as the same name. It is not enough that no second header comes of it: to a client of 1.0
    /// <c>content-length:0</c> as a name would be another one.
    /// </summary>
    public static bool CanWriteName(ReadOnlySpan<char> name, StompVersion version) => !name.IsEmpty && version switch
    {
        StompVersion.V10 => !name.ContainsAny(EndsOfNames),
        StompVersion.V11 => !name.ContainsAny('\r', '\0'),
        _ => !name.Contains('\0'),
    };

    /// <summary>Writes a value or name, escaped for the version.</summary>
    public static void Write(IBufferWriter<byte> writer, ReadOnlySpan<char> text, StompVersion version)
    {
        if (version is StompVersion.V10)
        {
            WriteRaw(writer, text);
            return;
        }
        while (text.IndexOfAny(Special) is >= 0 and var at)
        {
            Encoding.UTF8.GetBytes(text[..at], writer);
            writer.Write(Escape(text[at], version));
            text = text[(at + 1)..];
        }
        Encoding.UTF8.GetBytes(text, writer);
    }

    /// <summary>Writes a value that is never escaped: of CONNECTED, and of everything in 1.0.</summary>
    public static void WriteRaw(IBufferWriter<byte> writer, ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny(Ends) is >= 0 and var at)
        {
            Encoding.UTF8.GetBytes(text[..at], writer);
            writer.Write(" "u8);
            text = text[(at + 1)..];
        }
        Encoding.UTF8.GetBytes(text, writer);
    }

    /// <summary>Whether each backslash begins an escape. <c>\r</c> is accepted in 1.1 too, as the well-known servers do.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'\\') is >= 0 and var at)
        {
            if (at + 1 == text.Length || text[at + 1] is not ((byte)'n' or (byte)'c' or (byte)'r' or (byte)'\\')) return false;
            text = text[(at + 2)..];
        }
        return true;
    }

    /// <summary>Undoes the escapes of a well-formed text, each where it stands: <c>\\n</c> is a backslash and an n.</summary>
    public static string Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\')) return Encoding.UTF8.GetString(text);
        var octets = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            var length = 0;
            for (var i = 0; i < text.Length; i++)
            {
                octets[length++] = text[i] != '\\' ? text[i] : text[++i] switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'c' => (byte)':',
                    _ => (byte)'\\',
                };
            }
            return Encoding.UTF8.GetString(octets, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(octets);
        }
    }

    private static ReadOnlySpan<byte> Escape(char special, StompVersion version) => special switch
    {
        '\n' => @"\n"u8,
        ':' => @"\c"u8,
        '\\' => @"\\"u8,
        '\r' when version is StompVersion.V12 => @"\r"u8,
        _ => " "u8,
    };
}
