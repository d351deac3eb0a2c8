using System.Buffers.Text;

namespace ChatStomp.Bench.Load;

/// <summary>
/// What a made message says of itself, at the beginning of its text: which room it is of, its number there, and when it was due. It stands in plain digits,
/// which every server's encoding leaves as they are, so that one client can read what any of them delivers.
/// </summary>
internal readonly record struct Stamp(int Room, long Number, long Due)
{
    /// <summary>Octets of a stamp: <c>~~</c>, five digits, <c>:</c>, ten, <c>:</c>, sixteen.</summary>
    public const int Length = 2 + 5 + 1 + 10 + 1 + 16;

    private static ReadOnlySpan<byte> Mark => "~~"u8;

    public void Write(Span<byte> destination)
    {
        Mark.CopyTo(destination);
        WriteDigits(destination.Slice(2, 5), Room);
        destination[7] = (byte)':';
        WriteDigits(destination.Slice(8, 10), Number);
        destination[18] = (byte)':';
        WriteDigits(destination.Slice(19, 16), Due);
    }

    /// <summary>Finds the first stamp; -1 when there is none that is complete, else where what follows it begins.</summary>
    public static int Find(ReadOnlySpan<byte> octets, out Stamp stamp)
    {
        stamp = default;
        var at = octets.IndexOf(Mark);
        if (at < 0 || octets.Length - at < Length) return -1;
        var text = octets.Slice(at, Length);
        stamp = new Stamp((int)ReadDigits(text.Slice(2, 5)), ReadDigits(text.Slice(8, 10)), ReadDigits(text.Slice(19, 16)));
        return at + Length;
    }

    private static void WriteDigits(Span<byte> destination, long value)
    {
        for (var i = destination.Length - 1; i >= 0; i--, value /= 10) destination[i] = (byte)('0' + (value % 10));
    }

    private static long ReadDigits(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long value, out var consumed) && consumed == digits.Length
            ? value
            : throw new InvalidDataException("What came back is no message of ours: its stamp is not digits.");
}
