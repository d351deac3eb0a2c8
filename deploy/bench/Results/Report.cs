using System.Globalization;
using System.Text;
using ChatStomp.Bench.Peers;

namespace ChatStomp.Bench.Results;

/// <summary>What was measured, in Markdown: the goals, what grows with a room, and everything.</summary>
/// <param name="runs">In the order in which they shall be told.</param>
/// <param name="scenarios">What each short name stands for.</param>
internal sealed class Report(IReadOnlyCollection<Run> runs, IReadOnlyDictionary<string, string> scenarios)
{
    private static readonly (string Scenario, int Members)[] Growth = [("G10", 10), ("G100", 100), ("F1", 1_000), ("G5000", 5_000)];
    private static readonly string[] GrowthMeasures = ["deliveries/s", "CPU µs per delivery"];

    private readonly Figures _figures = new(runs);
    private readonly StringBuilder _text = new();

    /// <summary>The servers that were measured, ours first.</summary>
    private List<string> Subjects { get; } = [.. runs.Select(r => r.Subject).Distinct().OrderBy(s => s != SubjectNames.ChatStomp)];

    public string ToMarkdown()
    {
        _text.Clear();
        WriteOrigin();
        WriteGoals();
        WriteGrowth();
        WriteAll();
        WriteFailures();
        return _text.ToString();
    }

    private void WriteOrigin()
    {
        string Days(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        Line($"Measured {Days(runs.Min(r => r.At))} to {Days(runs.Max(r => r.At))} UTC");
        foreach (var machine in runs.Select(r => r.Machine).Distinct()) Line($"on {machine},");
        foreach (var build in runs.Select(r => r.Build).Distinct()) Line($"of {build}.");
    }

    private void WriteGoals()
    {
        Heading("Goals", "ratio of medians", "should be", "is");
        foreach (var goal in Goal.All)
        {
            var verdict = goal.IsMet(_figures) switch
            {
                true => "met",
                false => "**not met**",
                null => "not measured",
            };
            Row(goal.Formula, $"{(goal.IsAtLeast ? "≥" : "≤")} {goal.Bound.ToString(CultureInfo.InvariantCulture)}", Number(_figures.Ratio(goal.Over, goal.Under)), verdict);
        }
    }

    private void WriteGrowth()
    {
        Heading("One room that grows, at full speed", ["server", "members", .. GrowthMeasures.SelectMany(m => new[] { m, "of 10's", "of 100's" })]);
        foreach (var subject in Subjects)
        {
            foreach (var (scenario, members) in Growth.Where(g => !double.IsNaN(_figures.Median(new(g.Scenario, subject, GrowthMeasures[0])))))
            {
                Row([subject, members.ToString("N0", CultureInfo.InvariantCulture), .. GrowthMeasures.SelectMany(measure =>
                {
                    var figure = new Figure(scenario, subject, measure);
                    return new[] { Number(_figures.Median(figure)), Number(_figures.Ratio(figure, figure with { Scenario = "G10" })), Number(_figures.Ratio(figure, figure with { Scenario = "G100" })) };
                })]);
            }
        }
    }

    private void WriteAll()
    {
        Heading("Everything: median, lowest–highest, and in brackets how many times that ours is", ["scenario", "", .. Subjects]);
        foreach (var (scenario, measure) in _figures.All.Select(f => (f.Scenario, f.Measure)).Distinct())
        {
            var ours = new Figure(scenario, SubjectNames.ChatStomp, measure);
            Row([$"{scenario}: {scenarios.GetValueOrDefault(scenario)}", measure, .. Subjects.Select(s => Cell(ours with { Subject = s }, ours))]);
        }
    }

    private string Cell(Figure figure, Figure ours)
    {
        var range = _figures.Range(figure) is var (lowest, highest) ? $" · {Text.Of(lowest)}–{Text.Of(highest)}" : "";
        var ratio = _figures.Ratio(ours, figure);
        return $"{Number(_figures.Median(figure))}{range}{(figure == ours || double.IsNaN(ratio) ? "" : $" ({Text.Of(ratio)} ×)")}";
    }

    private void WriteFailures()
    {
        var failed = runs.Where(r => r.Failure is not null).ToList();
        if (failed.Count == 0) return;
        Heading("Failed", "scenario", "server", "why");
        foreach (var run in failed) Row(run.Scenario, run.Subject, run.Failure!);
    }

    private void Heading(string title, params string[] columns)
    {
        Line($"\n### {title}\n");
        Row(columns);
        Row([.. columns.Select(_ => "---")]);
    }

    private void Row(params string[] cells) => Line($"| {string.Join(" | ", cells.Select(c => c.ReplaceLineEndings(" ").Replace('|', '¦')))} |");

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string Number(double value) => double.IsNaN(value) ? "–" : Text.Of(value);
}
