namespace ChatStomp.Bench.Scenarios;

/// <summary>How long things took, to the microsecond up to one second; what took longer counts as one second.</summary>
internal sealed class Latencies
{
    private const int Longest = 1_000_000;

    private int[] _counts = new int[Longest + 1];

    public void Add(TimeSpan time) => Interlocked.Increment(ref _counts[(int)Math.Clamp(time.TotalMicroseconds, 0, Longest)]);

    public void Clear() => _counts = new int[Longest + 1];

    /// <summary>What was noted so far, apart from what comes.</summary>
    public Latencies Take() => new() { _counts = Interlocked.Exchange(ref _counts, new int[Longest + 1]) };

    /// <summary>The microseconds within which a share of all took place.</summary>
    public double At(double share)
    {
        var left = (long)Math.Ceiling(_counts.Sum(c => (long)c) * share);
        for (var i = 0; i <= Longest; i++)
        {
            if ((left -= _counts[i]) <= 0) return i;
        }
        return double.NaN;
    }
}
