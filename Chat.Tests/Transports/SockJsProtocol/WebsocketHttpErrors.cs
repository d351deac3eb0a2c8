using System.Text;

namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class WebsocketHttpErrors(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public async Task A_request_without_an_upgrade_is_bad() => (await GetAsync("/echo/0/0/websocket")).Status.Should().Be(400);

    [Fact]
    public async Task A_proxy_that_took_the_upgrade_away_is_noticed()
    {
        using var raw = await Host.ConnectAsync("GET /echo/0/0/websocket HTTP/1.1\nHost: localhost\nUpgrade: WebSocket\nConnection: close\n\n");
        Encoding.ASCII.GetString(await raw.ReadToEndAsync()).Should().StartWith("HTTP/1.1 400 ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upgrade: WebSocket\nConnection: Upgrade\n")]
    public async Task Only_GET_will_do(string headers)
    {
        using var raw = await Host.ConnectAsync($"POST /echo/0/0/websocket HTTP/1.1\nHost: localhost\nContent-Length: 0\n{headers}\n");
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 405 ").And.Contain("\r\nAllow: GET\r\n").And.NotContain("Content-Type");
    }
}
