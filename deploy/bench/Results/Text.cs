using System.Globalization;

namespace ChatStomp.Bench.Results;

/// <summary>Numbers as people read them: three digits that count, and no more decimals than they need.</summary>
internal static class Text
{
    public static string Of(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("N1", CultureInfo.InvariantCulture),
        _ => value.ToString("N2", CultureInfo.InvariantCulture),
    };
}
