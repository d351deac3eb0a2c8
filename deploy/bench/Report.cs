using System.Globalization;
using System.Text;
using ChatStomp.Bench.Scenarios;

namespace ChatStomp.Bench;

/// <summary>All that was measured; a number of the tables is the median of its runs.</summary>
internal sealed class Report
{
    private readonly List<(string Scenario, string Subject, string Measure, double Value)> _values = [];

    public void Add(string scenario, string subject, Measurements measurements)
    {
        foreach (var (measure, value) in measurements) _values.Add((scenario, subject, measure, value));
        Console.Error.WriteLine($"{scenario} · {subject}: {string.Join(" · ", measurements.Select(m => $"{m.Key} {Number(m.Value)}"))}");
    }

    /// <summary>A table in Markdown: a row for each measure of each scenario, a column for each server, and how many times ours each of the others is.</summary>
    public string ToMarkdown()
    {
        var subjects = _values.Select(v => v.Subject).Distinct().ToList();
        var text = new StringBuilder().AppendLine($"| scenario | | {string.Join(" | ", subjects)} |").AppendLine($"| --- | --- | {string.Join(" | ", subjects.Select(_ => "---:"))} |");
        foreach (var row in _values.GroupBy(v => (v.Scenario, v.Measure)))
        {
            var medians = subjects.Select(s => Median(row.Where(v => v.Subject == s).Select(v => v.Value))).ToList();
            var ours = medians[0];
            var cells = medians.Select((m, i) => double.IsNaN(m) ? "–" : i == 0 || double.IsNaN(ours) ? Number(m) : $"{Number(m)} ({Number(ours / m)} ×)");
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Key.Scenario} | {row.Key.Measure} | {string.Join(" | ", cells)} |");
        }
        return text.ToString();
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        if (sorted.Count == 0) return double.NaN;
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("N1", CultureInfo.InvariantCulture),
        _ => value.ToString("N2", CultureInfo.InvariantCulture),
    };
}
