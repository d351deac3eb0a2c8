namespace Stomp.Gateway.Protocol;

/// <summary>The versions of the protocol, in rising order.</summary>
internal enum StompVersion
{
    V10,
    V11,
    V12,
}

internal static class StompVersions
{
    /// <summary>What the server speaks, as the header <c>version</c> of an ERROR lists it.</summary>
    public const string Supported = "1.0,1.1,1.2";

    /// <summary>
    /// The highest version that both sides have, whatever the order of the client's list; entries that are not known are ignored. A client that sends no
    /// <c>accept-version</c> speaks 1.0 (STOMP 1.2, Protocol Negotiation).
    /// </summary>
    public static bool TryNegotiate(string? acceptVersion, out StompVersion version)
    {
        version = StompVersion.V10;
        if (acceptVersion is null) return true;
        var found = false;
        foreach (var range in acceptVersion.AsSpan().Split(','))
        {
            if (!TryParse(acceptVersion.AsSpan(range).Trim(), out var offered)) continue;
            if (!found || offered > version) version = offered;
            found = true;
        }
        return found;
    }

    public static string Text(this StompVersion version) => version switch
    {
        StompVersion.V10 => "1.0",
        StompVersion.V11 => "1.1",
        _ => "1.2",
    };

    private static bool TryParse(ReadOnlySpan<char> text, out StompVersion version)
    {
        version = text switch
        {
            "1.1" => StompVersion.V11,
            "1.2" => StompVersion.V12,
            _ => StompVersion.V10,
        };
        return version is not StompVersion.V10 || text is "1.0";
    }
}
