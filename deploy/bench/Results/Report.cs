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
    private IEnumerable<string> Subjects => _figures.All.Select(f => f.Subject).Distinct().OrderBy(s => s != SubjectNames.ChatStomp);

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

    /// <summary>Puts tables between the marks of a file that has them; else they are the file.</summary>
    public static void Write(string file, string tables)
    {
        const string Begin = "<!-- measured: what stands between these two lines is written by the command above -->\n";
        const string End = "<!-- end of measured -->";
        var old = File.Exists(file) ? File.ReadAllText(file) : "";
        var (begin, end) = (old.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, old.IndexOf(End, StringComparison.Ordinal));
        File.WriteAllText(file, begin >= Begin.Length && end >= begin ? $"{old[..begin]}\n{tables}\n{old[end..]}" : tables);
    }

    private void WriteOrigin()
    {
        string Days(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        string All(Func<Run, string> part) => string.Join("; ", runs.Select(part).Distinct());
        Line($"{runs.Count} runs, {Days(runs.Min(r => r.At))} to {Days(runs.Max(r => r.At))} UTC, of {All(r => r.Build)}, on {All(r => r.Machine)}.");
    }

    private void WriteGoals()
    {
        Heading("Goals", "ratio of medians", "goal", "measured", "");
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
        Heading("One room that grows, at full speed", ["server", "members", .. GrowthMeasures.SelectMany(m => new[] { m, "÷ at 10", "÷ at 100" })]);
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
        foreach (var scenario in _figures.All.GroupBy(f => f.Scenario))
        {
            var title = $"{scenario.Key}: {scenarios.GetValueOrDefault(scenario.Key)}";
            foreach (var measure in scenario.Select(f => f.Measure).Distinct())
            {
                var ours = new Figure(scenario.Key, SubjectNames.ChatStomp, measure);
                Row([title, measure, .. Subjects.Select(s => Cell(ours with { Subject = s }, ours))]);
                title = "";
            }
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
