using Chat.Tests.Fuzz;
using Chat.Tests.Support;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Journeys;

/// <summary>Clients that open a connection and then say nothing, or half of something: each is given up in its time, and nobody else notices.</summary>
public sealed class SilentConnectionJourneys : IAsyncLifetime
{
    private const int OfEachKind = 200;
    private const string Handshake = "Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

    private GatewayProcess _gateway = null!;

    public async Task InitializeAsync() => _gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
        ["Auth:ConnectTimeout"] = "00:00:02",
        ["SockJs:DisconnectDelay"] = "00:00:01",
        ["Stomp:HeartbeatReceive"] = "00:00:01",
        ["Limits:ConnectsPerMinute"] = "0",
        ["Limits:SessionsPerUser"] = "0",
        ["Limits:MessagesPerWindow"] = "0",
        ["Limits:RoomMessagesPerWindow"] = "0",
    });

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task A_thousand_silent_connections_are_cleared_away_while_somebody_chats_on()
    {
        var room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue("alice"), new { name = "Tea" })).GetProperty("id").GetString()!;
        await using var alice = await StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue("alice"));
        await alice.SubscribeAsync($"/topic/rooms/{room}", "0");
        var sockets = ProcessView.Sockets(_gateway.ProcessId);
        var connect = $"CONNECT\naccept-version:1.2\nheart-beat:1000,0\nAuthorization:Bearer {TestTokens.Issue("mallory")}\n\n\0";

        var silent = new List<HostileSocket>();
        var sockJsSessions = new List<string>();
        for (var i = 0; i < OfEachKind; i++)
        {
            silent.Add(await OpenAsync(_gateway.TcpPort, ""));
            silent.Add(await OpenAsync(_gateway.TcpPort, "CONNECT\naccept-version:1.2\nho"));
            silent.Add(await OpenAsync(_gateway.TcpPort, connect));
            silent.Add(await OpenAsync(_gateway.Port, $"GET /ws HTTP/1.1\r\n{Handshake}"));
            sockJsSessions.Add($"/ws/0/{Guid.NewGuid():N}");
            silent.Add(await OpenAsync(_gateway.Port, $"POST {sockJsSessions[^1]}/xhr HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        }
        ProcessView.Sockets(_gateway.ProcessId).Should().BeGreaterThan(sockets);

        var cleared = Task.WhenAll(silent.Select(s => s.ReadToEndAsync(Patience)));
        var said = 0;
        for (; !cleared.IsCompleted || said < 20; said++) await SayAsync(alice, room, said);
        await cleared;

        foreach (var session in sockJsSessions) await IsGoneAsync(session);
        foreach (var socket in silent) socket.Dispose();
        await ProcessView.SocketsAtMostAsync(_gateway.ProcessId, sockets, Patience);
        await SayAsync(alice, room, said);
        _gateway.ShouldNotHaveComplained();
    }

    private static async Task<HostileSocket> OpenAsync(int port, string firstWords)
    {
        var socket = await HostileSocket.OpenAsync(port);
        await socket.SendAsync(firstWords);
        return socket;
    }

    /// <summary>Alice says something and hears it.</summary>
    private static async Task SayAsync(StompTestClient alice, string room, int number)
    {
        await alice.SendAsync($"/app/rooms/{room}/messages", $$"""{"text":"message {{number}}"}""", $"r-{number}");
        var frames = new[] { await alice.ReadAsync(), await alice.ReadAsync() };
        frames.Should().ContainSingle(f => f.Command == "RECEIPT" && f["receipt-id"] == $"r-{number}");
        frames.Should().ContainSingle(f => f.Command == "MESSAGE" && f.Body.Contains($"\"message {number}\""));
    }

    /// <summary>A session that nobody polls is gone after its delay: what is sent to it finds none (SockJS protocol, xhr_send).</summary>
    private async Task IsGoneAsync(string session)
    {
        using var http = new HttpClient();
        using var limit = new CancellationTokenSource(Patience);
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            using var body = new StringContent("[]");
            using var answer = await http.PostAsync(new Uri(_gateway.Address, $"{session}/xhr_send"), body, limit.Token);
            if (answer.StatusCode == System.Net.HttpStatusCode.NotFound) return;
            await interval.WaitForNextTickAsync(limit.Token);
        }
    }
}
