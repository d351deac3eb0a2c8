using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Chat.Tests.Support.Servers;
using Stomp.Gateway.Security;

namespace Chat.Tests.Journeys;

/// <summary>
/// RabbitMQ that speaks STOMP, the reference, and two gateways, for all clients of a run; and what became of both in the end. The gateway that pages connect to
/// has its queues in memory, the one that services connect to by TCP has them in that RabbitMQ.
/// </summary>
public sealed class ClientServers : IAsyncLifetime
{
    private const string Login = "billing";
    private const string Passcode = "a passcode: of tests";

    private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<CaseResult>>>> _referenceRuns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyList<CaseResult>> _gatewayRuns = new(StringComparer.Ordinal);
    private RabbitMqServer? _rabbitMq;
    private GatewayProcess? _gateway;
    private GatewayProcess? _gatewayOnRabbitMq;

    /// <summary>Pages come with a token, and services over TCP with the passcode of their account.</summary>
    private StompEndpoint Gateway => new()
    {
        Ws = $"ws://127.0.0.1:{_gateway!.Port}/ws",
        SockJs = _gateway.StompUrl,
        Token = TestTokens.Issue("journeys", "service"),
    };

    private StompEndpoint GatewayOverTcp => new()
    {
        Tcp = $"127.0.0.1:{_gatewayOnRabbitMq!.TcpPort}",
        Login = Login,
        Passcode = Passcode,
    };

    private StompEndpoint Reference => new()
    {
        Ws = $"ws://127.0.0.1:{_rabbitMq!.WebStompPort}/ws",
        Tcp = $"127.0.0.1:{_rabbitMq.StompPort}",
        Login = "guest",
        Passcode = "guest",
    };

    public async Task InitializeAsync()
    {
        if (Needs.ReasonToSkip([Server.RabbitMq]) is not null) return;
        _rabbitMq = await RabbitMqServer.StartWithStompAsync();
        _gateway = await GatewayProcess.StartAsync(Settings());
        _gatewayOnRabbitMq = await GatewayProcess.StartAsync(new Dictionary<string, string>(Settings(), StringComparer.Ordinal) { ["RabbitMq:Uri"] = _rabbitMq.Uri.OriginalString });

        static Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
        {
            ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
            ["Auth:ServiceAccounts:0:Login"] = Login,
            // The fewest iterations that the gateway takes: every case logs in several times.
            ["Auth:ServiceAccounts:0:PasscodeHash"] = $"{PasscodeHash.Of(Passcode, 100_000)}",
            ["Limits:ConnectsPerMinute"] = "0",
            ["Limits:SessionsPerUser"] = "0",
            ["Limits:MessagesPerWindow"] = "0",
            ["Limits:RoomMessagesPerWindow"] = "0",
            // What RabbitMQ answers to a client that asks for it.
            ["Stomp:HeartbeatSend"] = "00:00:01",
            ["Stomp:HeartbeatReceive"] = "00:00:01",
        };
    }

    public async Task DisposeAsync()
    {
        await WriteTableAsync();
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_gatewayOnRabbitMq is not null) await _gatewayOnRabbitMq.DisposeAsync();
        if (_rabbitMq is not null) await _rabbitMq.DisposeAsync();
    }

    /// <summary>All cases of a client against the reference, once in a run.</summary>
    internal Task<IReadOnlyList<CaseResult>> RunReferenceAsync(string client) =>
        _referenceRuns.GetOrAdd(client, name => new(() => ClientRun.RunAsync(name, Reference))).Value;

    internal async Task<IReadOnlyList<CaseResult>> RunGatewayAsync(string client, bool overTcp) =>
        _gatewayRuns[client] = await ClientRun.RunAsync(client, overTcp ? GatewayOverTcp : Gateway);

    /// <summary>Keeps what was seen in TestResults/clients.md.</summary>
    private async Task WriteTableAsync([CallerFilePath] string file = "")
    {
        var table = new StringBuilder("| client | case | RabbitMQ | ChatStomp |\n| --- | --- | --- | --- |\n");
        foreach (var client in _referenceRuns.Keys.Union(_gatewayRuns.Keys).Order(StringComparer.Ordinal))
        {
            var reference = _referenceRuns.TryGetValue(client, out var run) && run.Value.IsCompletedSuccessfully ? run.Value.Result : [];
            var gateway = _gatewayRuns.GetValueOrDefault(client, []);
            foreach (var name in reference.Concat(gateway).Select(result => result.Case).Distinct(StringComparer.Ordinal))
                table.Append(CultureInfo.InvariantCulture, $"| {client} | {name} | {Cell(reference, name)} | {Cell(gateway, name)} |\n");
        }

        var folder = Directory.CreateDirectory(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "TestResults")));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "clients.md"), table.ToString());
    }

    /// <summary>The versions by their outcome: "pass 1.1, 1.2; cannot 1.0 (STOMP 1.0 has no NACK)".</summary>
    private static string Cell(IEnumerable<CaseResult> results, string name) => string.Join("; ",
        from result in results
        where result.Case == name
        group result by (result.Outcome, Why: result.Outcome == "pass" ? "" : $" ({OneLine(result.Detail)})") into same
        orderby same.Key.Outcome descending
        select $"{same.Key.Outcome} {string.Join(", ", same.Select(result => result.Version).Order(StringComparer.Ordinal))}{same.Key.Why}");

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
