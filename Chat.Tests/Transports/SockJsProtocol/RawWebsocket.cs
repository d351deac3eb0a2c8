using System.Net.WebSockets;

namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class RawWebsocket(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public async Task Messages_come_back_as_they_went()
    {
        using var socket = await SockJsSocket.OpenAsync(Host, "/echo/websocket");
        await socket.SendAsync("Hello world!\uffff");
        await socket.ShouldSayAsync("Hello world!\uffff");
        await socket.SendAsync(new string('x', 100_000));
        await socket.SendAsync("");
        await socket.ShouldSayAsync(new string('x', 100_000), "");
    }

    [Fact]
    public async Task The_close_has_its_real_code_and_reason()
    {
        using var socket = await SockJsSocket.OpenAsync(Host, "/close/websocket");
        (await socket.ReceiveCloseAsync()).Should().Be(((WebSocketCloseStatus)3000, "Go away!"));
    }

    [Fact]
    public async Task A_message_without_an_end_is_too_big_at_last()
    {
        using var socket = await SockJsSocket.OpenAsync(Host, "/echo/websocket");
        await socket.SendAsync(new string('x', 2_200_000), isWhole: false);
        (await socket.ReceiveCloseAsync()).Code.Should().Be(WebSocketCloseStatus.MessageTooBig);
    }
}
