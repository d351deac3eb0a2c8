namespace Chat.Tests.Fuzz;

/// <summary>Spoils what was good: cut, doubled, swapped, flipped, with octets in it that mean something.</summary>
internal static class OctetMutator
{
    private const int LongestRange = 64;

    /// <summary>What has a meaning in one of the formats, or none in UTF-8.</summary>
    private static ReadOnlySpan<byte> Telling => "\0\n\r:\\ ,-+0123456789ncru\"[]{}\t\u007f"u8;

    private static readonly byte[][] Snippets =
    [
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF], [0xEF, 0xBB, 0xBF], "\r\n"u8.ToArray(), "\n\n"u8.ToArray(), "\r\r\n"u8.ToArray(),
        "\n\r\n"u8.ToArray(), "\\\\"u8.ToArray(), "\\n"u8.ToArray(), "content-length:"u8.ToArray(), "SEND\n"u8.ToArray(), "9223372036854775807"u8.ToArray(), "-1"u8.ToArray(),
    ];

    /// <summary>Changes a few places.</summary>
    public static byte[] Mutate(byte[] octets, Dice dice)
    {
        var changed = new List<byte>(octets);
        for (var changes = 1 + dice.Few(5); changes > 0 && changed.Count > 0; changes--) MutateOnce(changed, dice);
        return [.. changed];
    }

    /// <summary>The beginning of one and the end of another.</summary>
    public static byte[] Splice(byte[] first, byte[] second, Dice dice) => [.. first.AsSpan(0, dice.Next(first.Length + 1)), .. second.AsSpan(dice.Next(second.Length + 1))];

    private static void MutateOnce(List<byte> octets, Dice dice)
    {
        var at = dice.Next(octets.Count);
        var length = Math.Min(1 + dice.Few(LongestRange), octets.Count - at);
        switch (dice.Next(10))
        {
            case 0: octets[at] ^= (byte)(1 << dice.Next(8)); break;
            case 1: octets[at] = dice.Octet(); break;
            case 2: octets[at] = dice.Pick(Telling); break;
            case 3: octets.Insert(at, dice.Pick(Telling)); break;
            case 4: octets.InsertRange(at, dice.Pick(Snippets)); break;
            case 5: octets.RemoveRange(at, length); break;
            case 6: octets.InsertRange(at, octets.GetRange(at, length)); break;
            case 7: octets.RemoveRange(at, octets.Count - at); break;
            case 8: octets.Reverse(at, length); break;
            default: Swap(octets, at, dice.Next(octets.Count), length); break;
        }
    }

    private static void Swap(List<byte> octets, int first, int second, int length)
    {
        length = Math.Min(length, octets.Count - Math.Max(first, second));
        for (var i = 0; i < length; i++) (octets[first + i], octets[second + i]) = (octets[second + i], octets[first + i]);
    }

    /// <summary>One of the numbers at whose edges things go wrong.</summary>
    public static long EdgeNumber(Dice dice) => dice.Next(8) switch
    {
        0 => long.MaxValue - dice.Next(200),
        1 => long.MinValue + dice.Next(3),
        2 => int.MaxValue + (long)dice.Between(-2, 2),
        3 => uint.MaxValue + (long)dice.Between(-2, 2),
        4 => -dice.Next(100),
        5 => 1L << dice.Next(63),
        6 => ushort.MaxValue + dice.Between(-2, 2),
        _ => (long)dice.Next64(),
    };
}
