using ChatStomp.Bench.Load;
using ChatStomp.Bench.Peers;
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
        new("C1", "10,000 idle connections", [.. All, "sockjs"], s => Idle.RunAsync(s, IdleConnections)),
        new("C10", "10,000 idle connections, ten rounds", ["chatstomp"], s => Idle.RunAsync(s, IdleConnections, rounds: 10)),
        new("D1", "stored, 1 outstanding", ["chatstomp", "rabbitmq", "mariadb", "postgres"], s => Durable.RunAsync(s, 1)),
        new("D100", "stored, 100 outstanding", ["chatstomp", "rabbitmq", "mariadb", "postgres"], s => Durable.RunAsync(s, 100)),
        new("D1000", "stored, 1,000 outstanding", ["chatstomp", "rabbitmq", "mariadb", "postgres"], s => Durable.RunAsync(s, 1_000)),
        new("H", "500 rooms, few and many messages stored", ["chatstomp"], History.RunAsync),
        new("S", "searching 1,000,000 messages", ["chatstomp", "mariadb", "postgres"], Search.RunAsync),
        .. new[] { 10, 100, 5_000 }.Select(members => new Scenario(
            $"G{members}", $"1 room × {members:N0}, 32 outstanding", ["chatstomp", "signalr", "kestrel"], s => FanOut.RunAsync(s, new Crowd(1, members, Outstanding: 32)))),
    ];

    /// <param name="only">Names of scenarios; all when empty.</param>
    /// <param name="subjects">Names of servers; all of a scenario's own when empty.</param>
    /// <param name="runs">How often each pair is measured.</param>
    public static async Task RunAsync(IReadOnlyCollection<string> only, IReadOnlyCollection<string> subjects, int runs)
    {
        var report = new Report();
        foreach (var scenario in Scenarios.Where(s => only.Count == 0 || only.Contains(s.Name)))
        {
            for (var run = 0; run < runs; run++)
            {
                foreach (var name in scenario.Subjects.Where(s => subjects.Count == 0 || subjects.Contains(s)))
                {
                    await using var subject = await Subjects[name]();
                    report.Add($"{scenario.Name}: {scenario.Description}", subject.Name, await scenario.RunAsync(subject));
                }
            }
        }
        Console.WriteLine(report.ToMarkdown());
    }

    private sealed record Scenario(string Name, string Description, string[] Subjects, Func<Subject, Task<Measurements>> RunAsync);
}
