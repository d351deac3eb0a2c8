namespace ChatStomp.Bench.Results;

/// <summary>What one number of the tables is.</summary>
internal sealed record Figure(string Scenario, string Subject, string Measure);

/// <summary>What all runs measured; a number of the tables is their median.</summary>
internal sealed class Figures(IReadOnlyCollection<Run> runs)
{
    private readonly ILookup<Figure, double> _values = runs
        .SelectMany(run => run.Values.Select(v => (Figure: new Figure(run.Scenario, run.Subject, v.Key), v.Value)))
        .ToLookup(v => v.Figure, v => v.Value);

    public IEnumerable<Figure> All => _values.Select(v => v.Key);

    /// <summary>Not a number when nobody measured it.</summary>
    public double Median(Figure figure)
    {
        var sorted = _values[figure].Order().ToList();
        if (sorted.Count == 0) return double.NaN;
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The lowest and the highest of several runs; null when there was one.</summary>
    public (double Lowest, double Highest)? Range(Figure figure) => _values[figure].Count() > 1 ? (_values[figure].Min(), _values[figure].Max()) : null;

    public double Ratio(Figure over, Figure under) => Median(over) / Median(under);
}
