using System.Diagnostics;
using ChatStomp.Bench.Load;

namespace ChatStomp.Bench.Scenarios;

/// <summary>Many clients that listen to a room each and hear nothing; then all of them dropped at once, and back.</summary>
internal static class Idle
{
    private const int MembersPerRoom = 100;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);

    public static async Task<Measurements> RunAsync(Subject subject, int connections, int rounds = 1)
    {
        var results = new Measurements();
        var members = Enumerable.Range(0, connections / MembersPerRoom)
            .Select(IReadOnlyList<string> (room) => [.. Enumerable.Range(0, MembersPerRoom).Select(m => $"idle-{room}-{m}")]).ToList();
        var rooms = await subject.MakeRoomsAsync(members);
        var plans = rooms.SelectMany(room => members[room.Number].Select(user => (Room: room, Account: subject.AccountOf(user)))).ToList();
        // The first few make the server load what it needs for any.
        await using (var few = await CrowdOfClients.ConnectAsync(subject, plans[..MembersPerRoom], since: null)) few.ThrowIfBroken();
        await Task.Delay(Settle);

        var before = subject.ResidentBytes();
        for (var round = 1; round <= rounds; round++)
        {
            var (cpu, clock) = (subject.Cpu(), Stopwatch.StartNew());
            var crowd = await CrowdOfClients.ConnectAsync(subject, plans, since: null);
            var took = clock.Elapsed;
            var used = subject.Cpu() - cpu;
            await Task.Delay(Settle);
            crowd.ThrowIfBroken();
            var bytes = (double)(subject.ResidentBytes() - before) / connections;
            if (round == 1)
            {
                results["bytes per connection"] = bytes;
                results["connects/s"] = connections / took.TotalSeconds;
                results["CPU µs per connect"] = used.Own.TotalMicroseconds / connections;
            }
            if (round == rounds && rounds > 1) results[$"resident MiB with all, round {rounds}"] = subject.ResidentBytes() / 1048576.0;
            else if (rounds > 1 && round == 1) results["resident MiB with all, round 1"] = subject.ResidentBytes() / 1048576.0;
            await crowd.DisposeAsync();
        }

        // Each room has a first event, the one that made it: whoever has seen that has missed the others' joining.
        var clockOfStorm = Stopwatch.StartNew();
        await using var again = await CrowdOfClients.ConnectAsync(subject, plans, since: subject.CanResume ? 1 : null);
        results["back after all were dropped, s"] = clockOfStorm.Elapsed.TotalSeconds;
        again.ThrowIfBroken();
        return results;
    }

    /// <summary>Clients that are connected.</summary>
    private sealed class CrowdOfClients(LoadConnection[] connections) : IAsyncDisposable
    {
        public static async Task<CrowdOfClients> ConnectAsync(Subject subject, List<(Room Room, Account Account)> plans, long? since)
        {
            var connections = new LoadConnection[plans.Count];
            await Parallel.ForEachAsync(Enumerable.Range(0, plans.Count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
            {
                var connection = await LoadConnection.OpenAsync(subject.Ports[i % subject.Ports.Count], subject.Dialect, plans[i].Account, 2 * 1024);
                var (say, hear) = connection.Dialect.Listen(plans[i].Room, since);
                await connection.AskAsync(say, hear);
                connection.Listen(_ => { });
                connections[i] = connection;
            });
            return new CrowdOfClients(connections);
        }

        public void ThrowIfBroken()
        {
            foreach (var connection in connections) connection.ThrowIfBroken();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in connections) await connection.DisposeAsync();
        }
    }
}
