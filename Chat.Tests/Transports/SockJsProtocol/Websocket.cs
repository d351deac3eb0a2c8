using System.Net.WebSockets;

namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class Websocket(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public async Task Messages_go_there_and_back()
    {
        using var socket = await SockJsSocket.OpenAsync(Host, NewSession() + "/websocket");
        await socket.ShouldSayAsync("o");
        await socket.SendAsync("[\"a\",\"b\"]");
        await socket.ShouldSayAsync("a[\"a\",\"b\"]");
    }

    [Fact]
    public async Task The_close_comes_in_a_frame_and_then_by_the_socket()
    {
        using var socket = await SockJsSocket.OpenAsync(Host, NewSession("/close") + "/websocket");
        await socket.ShouldSayAsync("o", "c[3000,\"Go away!\"]");
        (await socket.ReceiveCloseAsync()).Should().Be(((WebSocketCloseStatus)3000, "Go away!"));
    }

    [Fact]
    public async Task The_handshake_has_the_headers_of_a_WebSocket_and_no_length()
    {
        using var raw = await Host.ConnectAsync($"""
            GET {NewSession()}/websocket HTTP/1.1
            Host: localhost
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Origin: http://asd
            Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==


            """);
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 101 ")
            .And.Contain("\r\nConnection: Upgrade\r\n")
            .And.Contain("\r\nUpgrade: websocket\r\n")
            .And.Contain("\r\nSec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n")
            .And.NotContain("Content-Length");
    }

    [Fact]
    public async Task Empty_messages_are_ignored()
    {
        using var socket = await SockJsSocket.OpenAsync(Host, NewSession() + "/websocket");
        await socket.ShouldSayAsync("o");
        await socket.SendAsync("");
        await socket.SendAsync("[]");
        await socket.SendAsync("[\"a\"]");
        await socket.ShouldSayAsync("a[\"a\"]");
    }

    [Fact]
    public async Task Two_sockets_may_have_the_name_of_one_session()
    {
        var session = NewSession();
        using (var first = await SockJsSocket.OpenAsync(Host, session + "/websocket"))
        using (var second = await SockJsSocket.OpenAsync(Host, session + "/websocket"))
        {
            await first.ShouldSayAsync("o");
            await second.ShouldSayAsync("o");
            await first.SendAsync("[\"a\"]");
            await first.ShouldSayAsync("a[\"a\"]");
            await second.SendAsync("[\"b\"]");
            await second.ShouldSayAsync("a[\"b\"]");
        }
        using var third = await SockJsSocket.OpenAsync(Host, session + "/websocket");
        await third.ShouldSayAsync("o");
    }

    [Fact]
    public async Task Broken_JSON_ends_the_connection()
    {
        using var socket = await SockJsSocket.OpenAsync(Host, NewSession() + "/websocket");
        await socket.ShouldSayAsync("o");
        await socket.SendAsync("[\"a");
        (await socket.ReceiveCloseAsync()).Reason.Should().Be("Broken framing.");
    }
}
