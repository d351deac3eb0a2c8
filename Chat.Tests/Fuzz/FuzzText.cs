using System.Globalization;
using System.Text;

namespace Chat.Tests.Fuzz;

/// <summary>Octets as people can read them.</summary>
internal static class FuzzText
{
    private const int Longest = 2_000;

    public static string Of(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder();
        foreach (var octet in octets)
        {
            if (text.Length > Longest) return text.Append(CultureInfo.InvariantCulture, $"... ({octets.Length} octets)").ToString();
            _ = octet switch
            {
                (byte)'\n' => text.Append(@"\n"),
                (byte)'\r' => text.Append(@"\r"),
                (byte)'\\' => text.Append(@"\\"),
                >= 0x20 and < 0x7F => text.Append((char)octet),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}"),
            };
        }
        return text.ToString();
    }
}
