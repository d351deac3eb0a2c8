namespace ChatStomp.Bench.Scenarios;

/// <summary>What one run of a scenario measured, by name with its unit.</summary>
internal sealed class Measurements : Dictionary<string, double>
{
    public Measurements()
        : base(StringComparer.Ordinal)
    {
    }
}
