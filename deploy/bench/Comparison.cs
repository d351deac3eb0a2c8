using System.Diagnostics;
using ChatStomp.Bench.Load;
using ChatStomp.Bench.Peers;
using ChatStomp.Bench.Results;
using ChatStomp.Bench.Scenarios;

namespace ChatStomp.Bench;

/// <summary>The product and what a user would pick instead, in turn under the same load.</summary>
internal static class Comparison
{
    private const int IdleConnections = 10_000;

    private static readonly Dictionary<string, Func<Task<Subject>>> Subjects = new(StringComparer.Ordinal)
    {
        ["chatstomp"] = ChatStompSubject.StartAsync,
        ["signalr"] = PeerSubject.StartSignalRAsync,
        ["kestrel"] = PeerSubject.StartKestrelAsync,
        ["rabbitmq"] = RabbitMqSubject.StartAsync,
        ["sockjs"] = ChatStompSubject.StartWithSockJsAsync,
        ["tls"] = ChatStompSubject.StartWithTlsAsync,
        ["mariadb"] = ChatStompSubject.StartOnMariaDbAsync,
        ["postgres"] = ChatStompSubject.StartOnPostgresAsync,
        ["two-nodes"] = ChatStompSubject.StartTwoNodesAsync,
    };

    private static readonly string[] All = ["chatstomp", "signalr", "kestrel", "rabbitmq"];

    private static readonly List<Scenario> Scenarios =
    [
        new("F1", "1 room × 1,000, 32 outstanding", All, s => FanOut.RunAsync(s, new Crowd(1, 1_000, Outstanding: 32))),
        new("F1w1", "1 room × 1,000, 1 outstanding", All, s => FanOut.RunAsync(s, new Crowd(1, 1_000))),
        new("F2", "100 rooms × 10, 20 senders, 8 outstanding each", [.. All, "mariadb", "two-nodes"], s => FanOut.RunAsync(s, new Crowd(100, 10, RoomsPerSender: 5, Outstanding: 8))),
        new("L1", "50 rooms × 20, 10,000 deliveries/s", All, s => FanOut.RunAsync(s, new Crowd(50, 20, PerSecond: 500))),
        new("C1", "10,000 idle connections", [.. All, "sockjs", "tls"], s => Idle.RunAsync(s, IdleConnections)),
        new("D", "stored messages", ["chatstomp", "rabbitmq", "mariadb", "postgres"], Durable.RunAsync),
        new("G10", "1 room × 10, 32 outstanding", ["chatstomp"], s => FanOut.RunAsync(s, new Crowd(1, 10, Outstanding: 32))),
        new("G100", "1 room × 100, 32 outstanding", ["chatstomp"], s => FanOut.RunAsync(s, new Crowd(1, 100, Outstanding: 32))),
        new("G5000", "1 room × 5,000, 32 outstanding", ["chatstomp", "signalr", "kestrel"], s => FanOut.RunAsync(s, new Crowd(1, 5_000, Outstanding: 32))),
        new("B", "20 rooms × 10 and × 100, 300 messages/s", ["two-nodes"], BrokerCost.RunAsync),
        new("H", "500 rooms, few and many messages stored", ["chatstomp", "mariadb", "postgres"], History.RunAsync),
        new("R", "few and many rooms", ["chatstomp"], ManyRooms.RunAsync),
        new("S", "searching 1,000,000 messages", ["chatstomp", "mariadb", "postgres"], Search.RunAsync),
        // Its ten rounds are what it compares.
        new("C10", "10,000 idle connections, ten rounds", ["chatstomp"], s => Idle.RunAsync(s, IdleConnections, rounds: 10), MostRuns: 1),
    ];

    /// <summary>Measures; a failure is a result too, and the others go on.</summary>
    /// <param name="only">Names of scenarios; all when empty.</param>
    /// <param name="subjects">Names of servers; all of a scenario's own when empty.</param>
    /// <param name="runs">How often each pair is measured.</param>
    public static async IAsyncEnumerable<Run> RunAsync(IReadOnlyCollection<string> only, IReadOnlyCollection<string> subjects, int runs)
    {
        foreach (var scenario in Scenarios.Where(s => only.Count == 0 || only.Contains(s.Name)))
        {
            for (var run = 0; run < Math.Min(runs, scenario.MostRuns); run++)
            {
                foreach (var name in scenario.Subjects.Where(s => subjects.Count == 0 || subjects.Contains(s))) yield return await MeasureAsync(scenario, name);
            }
        }
    }

    public static Report ReportOf(IEnumerable<Run> runs) =>
        new([.. runs.OrderBy(run => Scenarios.FindIndex(s => s.Name == run.Scenario))], Scenarios.ToDictionary(s => s.Name, s => s.Description, StringComparer.Ordinal));

    private static async Task<Run> MeasureAsync(Scenario scenario, string name)
    {
        var (clock, subjectName) = (Stopwatch.StartNew(), name);
        var values = new Measurements();
        string? failure = null;
        try
        {
            await using var subject = await Subjects[name]();
            subjectName = subject.Name;
            values = await scenario.RunAsync(subject);
        }
        catch (Exception e)
        {
            failure = $"{e.GetType().Name}: {e.Message}";
        }
        return new Run(scenario.Name, subjectName, DateTimeOffset.UtcNow, clock.Elapsed.TotalSeconds, Machine.Build, Machine.Description, values, failure);
    }

    private sealed record Scenario(string Name, string Description, string[] Subjects, Func<Subject, Task<Measurements>> RunAsync, int MostRuns = int.MaxValue);
}
