using Chat.Tests.Fuzz;

namespace Chat.Tests.Journeys;

/// <summary>Clients that break off within the body of a request, as every phone in a tunnel does: nobody's error, and nothing to log as one.</summary>
public sealed class BrokenOffBodyJourneys : IAsyncLifetime
{
    private const int Times = 12;

    /// <summary>In which a server on this machine has read what was sent.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private GatewayProcess _gateway = null!;

    public async Task InitializeAsync() => _gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Limits:ConnectsPerMinute"] = "0",
        ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
    });

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("Content-Length: 1000", "{\"name\":")]
    [InlineData("Content-Length: 1000", "")]
    [InlineData("Transfer-Encoding: chunked", "5\r\n[\"a\"")]
    [InlineData("Transfer-Encoding: chunked", "ZZ\r\n")]
    [InlineData("Transfer-Encoding: chunked", "ffffffffffffffff\r\n")]
    public async Task A_body_that_ends_too_early_is_no_error(string length, string beginning)
    {
        var token = TestTokens.Issue("alice");
        var room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", token, new { name = "Tea" })).GetProperty("id").GetString()!;
        var own = Guid.NewGuid().ToString("N");
        string[] paths = ["/api/v1/rooms", $"/api/v1/rooms/{room}/messages", $"/ws/0/{own}/xhr_send", $"/ws/0/{own}/jsonp_send", $"/ws/0/{own}-2/xhr", "/ws", "/health/live", "/api/v1/none"];
        foreach (var path in paths)
        {
            await OpenSessionAsync(own);
            for (var time = 0; time < Times; time++)
                await BreakOffAsync($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{length}\r\n\r\n{beginning}", time);
        }
        _gateway.ShouldNotHaveComplained();
    }

    /// <summary>By turns with a reset and with an end, at once and when the server has begun to read.</summary>
    private async Task BreakOffAsync(string beginning, int time)
    {
        using var socket = await HostileSocket.OpenAsync(_gateway.Port);
        await socket.SendAsync(beginning);
        if (time / 2 % 2 == 0) await socket.ReceiveAsync(Moment);
        if (time % 2 == 0)
        {
            socket.Cut();
            return;
        }
        socket.EndSending();
        await socket.ReadToEndAsync(Patience);
    }

    private async Task OpenSessionAsync(string session)
    {
        using var receiver = await HostileSocket.OpenAsync(_gateway.Port);
        await receiver.SendAsync($"POST /ws/0/{session}/xhr HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n");
        await receiver.ReceiveAsync(Patience);
    }
}
