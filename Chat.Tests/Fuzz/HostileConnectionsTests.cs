using System.Collections.Concurrent;
using System.Diagnostics;
using Chat.Tests.Journeys;
using Chat.Tests.Support;
using Chat.Tests.Support.Servers;
using Xunit.Abstractions;

namespace Chat.Tests.Fuzz;

/// <summary>Thousands of clients that misbehave, against a gateway that runs; <c>CHATSTOMP_FUZZ_CONNECTIONS</c> sets how many.</summary>
public sealed class HostileConnectionsTests(ITestOutputHelper output)
{
    private const int Usually = 2_000;
    private const int LeastWarmUp = 1_000;
    private const int AtATime = 64;
    private const int Users = 50;
    private const ulong FixedSeed = 20261124;

    /// <summary>What the heap's own moods may make of the same work.</summary>
    private const long MoreMemory = 64 * 1024 * 1024;

    private static readonly TimeSpan PatienceForSockets = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_gateway_outlives_hostile_connections_and_keeps_nothing_of_them()
    {
        await using var gateway = await StartAsync();
        var room = (await gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue("alice"), new { name = "Tea" })).GetProperty("id").GetString()!;
        var tokens = Enumerable.Range(0, Users).Select(i => i % 3 == 0 ? TestTokens.Issue($"mallory-{i}", "service") : TestTokens.Issue($"mallory-{i}")).ToList();
        var client = new HostileClient(gateway.Port, gateway.TcpPort, new HostileScripts(tokens, room));
        await ChatAsync(gateway, room);
        var count = FuzzRun.CountOf("CHATSTOMP_FUZZ_CONNECTIONS", Usually);
        var fresh = FuzzRun.FreshSeed();
        var sockets = ProcessView.Sockets(gateway.ProcessId);

        var warmUp = Math.Max(LeastWarmUp, count / 10);
        await AttackAsync(client, warmUp, FixedSeed, gateway);
        await ProcessView.SocketsAtMostAsync(gateway.ProcessId, sockets, PatienceForSockets);
        var before = ProcessView.ResidentBytes(gateway.ProcessId);
        output.WriteLine($"After {warmUp} connections to warm up, seed {FixedSeed}: {before / 1024:N0} KiB resident, {sockets} sockets");

        var watch = Stopwatch.StartNew();
        var attack = AttackAsync(client, count, fresh, gateway);
        var chats = await ChatUntilAsync(attack, gateway, room);
        var done = await attack;
        output.WriteLine($"{count} connections, seed {fresh}, {watch.Elapsed.TotalSeconds:0} s, {AtATime} at a time; meanwhile {chats} good ones were served");
        await ChatAsync(gateway, room);
        await ProcessView.SocketsAtMostAsync(gateway.ProcessId, sockets, PatienceForSockets);
        var after = ProcessView.ResidentBytes(gateway.ProcessId);
        output.WriteLine($"Afterwards: {after / 1024:N0} KiB resident, {ProcessView.Sockets(gateway.ProcessId)} sockets");
        foreach (var (what, times) in done.OrderByDescending(d => d.Value)) output.WriteLine($"{times,9} {what}");

        gateway.ShouldNotHaveComplained();
        (after - before).Should().BeLessThan(MoreMemory);
    }

    /// <summary>Short patience, no limits that would turn the hostile away at the door, and of the log what matters.</summary>
    private static Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
        ["Auth:ConnectTimeout"] = "00:00:05",
        ["Limits:ConnectsPerMinute"] = "0",
        ["SockJs:DisconnectDelay"] = "00:00:01",
        ["Stomp:HeartbeatReceive"] = "00:00:01",
        ["Stomp:Compression"] = "true",
        ["Logging:LogLevel:Default"] = "Warning",
    });

    private static async Task<IReadOnlyDictionary<string, int>> AttackAsync(HostileClient client, int count, ulong seed, GatewayProcess gateway)
    {
        var done = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (number, _) =>
        {
            gateway.ShouldNotHaveComplained();
            var what = await client.RunAsync(new Dice(seed + ((ulong)number << 32)));
            done.AddOrUpdate(what, 1, (_, before) => before + 1);
        });
        return done;
    }

    /// <summary>Again and again, as often as one user may.</summary>
    private static async Task<int> ChatUntilAsync(Task end, GatewayProcess gateway, string room)
    {
        using var interval = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var chats = 0;
        for (; !end.IsCompleted; chats++)
        {
            await ChatAsync(gateway, room);
            await interval.WaitForNextTickAsync();
        }
        return chats;
    }

    /// <summary>A good client is served: it connects, subscribes, sends and receives.</summary>
    private static async Task ChatAsync(GatewayProcess gateway, string room)
    {
        await using var alice = await StompTestClient.ConnectAsync(gateway.StompUrl, TestTokens.Issue("alice"));
        await alice.SubscribeAsync($"/topic/rooms/{room}", "0");
        await alice.SendAsync($"/app/rooms/{room}/messages", """{"text":"still here"}""", "r");
        var frames = new[] { await alice.ReadAsync(), await alice.ReadAsync() };
        frames.Should().ContainSingle(f => f.Command == "RECEIPT" && f["receipt-id"] == "r");
        frames.Should().ContainSingle(f => f.Command == "MESSAGE" && f.Body.Contains("still here"));
    }
}
