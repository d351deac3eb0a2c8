using ChatStomp.Bench.Peers;

namespace ChatStomp.Bench.Results;

/// <summary>A ratio of two figures, and what it should be.</summary>
/// <param name="Over">What is divided.</param>
/// <param name="Under">By what.</param>
/// <param name="Bound">What the ratio should reach, or should not exceed.</param>
/// <param name="IsAtLeast">Which of both.</param>
internal sealed record Goal(Figure Over, Figure Under, double Bound, bool IsAtLeast)
{
    private const string Ours = SubjectNames.ChatStomp;
    private const string Deliveries = "deliveries/s";
    private const string Cpu = "CPU µs per delivery";

    public static IReadOnlyList<Goal> All { get; } =
    [
        AtLeast(2, "F1", Deliveries, Ours, SubjectNames.SignalR),
        AtLeast(0.65, "F1", Deliveries, Ours, SubjectNames.Kestrel),
        AtLeast(35, "F1", Deliveries, Ours, SubjectNames.RabbitMq),
        AtMost(1.1, "F1w1", Cpu, Ours, SubjectNames.Kestrel),
        AtLeast(0.9, "F2", Deliveries, Ours, SubjectNames.SignalR),
        AtLeast(6, "F2", Deliveries, Ours, SubjectNames.RabbitMq),
        AtMost(2, "L1", "p50 µs", Ours, SubjectNames.SignalR),
        AtMost(2, "L1", "p99 µs", Ours, SubjectNames.SignalR),
        AtMost(0.7, "L1", Cpu, Ours, SubjectNames.SignalR),
        AtMost(1.1, "C1", "bytes per connection", Ours, SubjectNames.Kestrel),
        AtMost(0.6, "C1", "bytes per connection", Ours, SubjectNames.SignalR),
        AtMost(0.1, "C1", "bytes per connection", Ours, SubjectNames.RabbitMq),
        AtMost(1.3, "C1", "bytes per connection", SubjectNames.SockJs, SubjectNames.Kestrel),
        AtLeast(1, "C1", "connects/s", Ours, SubjectNames.SignalR),
        AtMost(2, "C1", "back after all were dropped, s", Ours, SubjectNames.SignalR),
        .. from server in new[] { Ours, SubjectNames.MariaDb }
           from stored in new (int Outstanding, double Bound)[] { (1, 1), (100, 2), (1_000, 3) }
           select AtLeast(stored.Bound, "D", $"receipts/s, {stored.Outstanding:N0} outstanding", server, SubjectNames.RabbitMq),
        AtMost(1.5, "F2", Cpu, SubjectNames.TwoNodes, SubjectNames.MariaDb),
        AtMost(1.5, "F2", "CPU µs per delivery, with database and broker", SubjectNames.TwoNodes, SubjectNames.MariaDb),
        // A broker that worked for each delivery would need ten times as much.
        Growth(1.25, "B", SubjectNames.TwoNodes, "CPU µs of the broker per message, 100 members", "CPU µs of the broker per message, 10 members"),
        .. from more in new[] { "F1", "G5000" } select new Goal(new(more, Ours, Cpu), new("G100", Ours, Cpu), 1.25, IsAtLeast: false),
        .. from more in new[] { "G100", "F1", "G5000" } select new Goal(new(more, Ours, Cpu), new("G10", Ours, Cpu), 1.2, IsAtLeast: false),
        .. from more in new[] { "G100", "F1", "G5000" } select new Goal(new(more, Ours, Deliveries), new("G10", Ours, Deliveries), 0.8, IsAtLeast: true),
        Growth(1.2, "H", Ours, "µs from SEND to RECEIPT, 1,000,000 stored", "µs from SEND to RECEIPT, 1,000 stored"),
        Growth(1.2, "R", Ours, "µs from SEND to RECEIPT, 10,000 rooms", "µs from SEND to RECEIPT, 10 rooms"),
        Growth(1.1, "C10", Ours, "resident MiB with all, round 10", "resident MiB with all, round 1"),
    ];

    public string Formula
    {
        get
        {
            (string Over, string Under)[] parts = [(Over.Scenario, Under.Scenario), (Over.Measure, Under.Measure), (Over.Subject, Under.Subject)];
            string Join(IEnumerable<string> some) => string.Join(", ", some);
            var differing = parts.Where(p => p.Over != p.Under).ToList();
            return $"{Join(parts.Where(p => p.Over == p.Under).Select(p => p.Over))}: {Join(differing.Select(p => p.Over))} ÷ {Join(differing.Select(p => p.Under))}";
        }
    }

    /// <summary>Null when not everything was measured.</summary>
    public bool? IsMet(Figures figures)
    {
        var ratio = figures.Ratio(Over, Under);
        if (double.IsNaN(ratio)) return null;
        return IsAtLeast ? ratio >= Bound : ratio <= Bound;
    }

    private static Goal AtLeast(double bound, string scenario, string measure, string ours, string peer) =>
        new(new(scenario, ours, measure), new(scenario, peer, measure), bound, IsAtLeast: true);

    private static Goal AtMost(double bound, string scenario, string measure, string ours, string peer) =>
        AtLeast(bound, scenario, measure, ours, peer) with { IsAtLeast = false };

    private static Goal Growth(double bound, string scenario, string subject, string many, string few) =>
        new(new(scenario, subject, many), new(scenario, subject, few), bound, IsAtLeast: false);
}
