namespace Chat.Tests.Fuzz;

/// <summary>Where a network may cut.</summary>
internal static class Pieces
{
    private const int MostPieces = 200;

    /// <summary>Seldom at each octet, mostly at a few places, with an empty piece between now and then.</summary>
    public static List<ReadOnlyMemory<byte>> Of(byte[] octets, Dice dice)
    {
        var longest = dice.OneIn(30) ? 1 : dice.OneIn(2) ? 1 + (octets.Length / 2) : 1 + dice.Few(octets.Length);
        // The test's own work grows with the square of the pieces.
        longest = Math.Max(longest, octets.Length / MostPieces);
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < octets.Length;)
        {
            var length = Math.Min(1 + dice.Next(longest), octets.Length - at);
            pieces.Add(octets.AsMemory(at, length));
            if (dice.OneIn(20)) pieces.Add(default);
            at += length;
        }
        return pieces;
    }
}
