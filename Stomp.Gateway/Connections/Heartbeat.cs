namespace Stomp.Gateway.Connections;

/// <summary>The heart-beats agreed at CONNECT (STOMP 1.2, Heart-beating). Zero means none in that direction.</summary>
/// <param name="SendEvery">How often, in ms, the client may expect something from us at the latest.</param>
/// <param name="ExpectEvery">How often, in ms, we may expect something from the client at the latest.</param>
internal readonly record struct Heartbeat(long SendEvery, long ExpectEvery)
{
    /// <summary>Longest interval taken seriously; a longer wish counts as this. One day.</summary>
    private const long Longest = 86_400_000;

    /// <summary>What comes of the two sides' wishes; false when the client's header is not two numbers.</summary>
    /// <param name="header">The client's <c>heart-beat</c>; missing means <c>0,0</c>.</param>
    /// <param name="serverSends">How often, in ms, we can send; 0 for never.</param>
    /// <param name="serverWants">How often, in ms, we want to hear something; 0 for never.</param>
    /// <param name="agreed">What was agreed.</param>
    public static bool TryAgree(string? header, int serverSends, int serverWants, out Heartbeat agreed)
    {
        agreed = default;
        if (header is null) return true;
        var comma = header.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0
            || !TryParse(header.AsSpan(0, comma), out var clientSends)
            || !TryParse(header.AsSpan(comma + 1), out var clientWants)) return false;

        agreed = new Heartbeat(
            serverSends == 0 || clientWants == 0 ? 0 : Math.Max(serverSends, clientWants),
            serverWants == 0 || clientSends == 0 ? 0 : Math.Max(serverWants, clientSends));
        return true;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out long milliseconds)
    {
        var good = ulong.TryParse(text.Trim(), System.Globalization.NumberStyles.None, provider: null, out var value);
        milliseconds = (long)Math.Min(value, Longest);
        return good;
    }
}
