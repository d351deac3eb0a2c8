using System.Text;

namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class Http11(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public async Task The_socket_stays_after_a_short_answer()
    {
        const string Request = "GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: Keep-Alive\r\n\r\n";
        using var raw = await Host.ConnectAsync(Request);
        for (var i = 0; i < 2; i++)
        {
            (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 200 ").And.Contain("\r\nContent-Length: 19\r\n").And.NotContain("Connection: close");
            Encoding.ASCII.GetString(await raw.ReadAsync(19)).Should().Be("Welcome to SockJS!\n");
            await raw.SendAsync(Encoding.ASCII.GetBytes(Request));
        }
    }

    [Fact]
    public async Task A_stream_comes_in_chunks_each_of_them_a_frame()
    {
        using var stream = await StreamAsync(NewSession("/close") + "/xhr_streaming");
        stream.Head.Should().StartWith("HTTP/1.1 200 ").And.Contain("\r\nTransfer-Encoding: chunked\r\n").And.NotContain("Content-Length");
        await stream.ShouldSayAsync(Prelude, "o\n", "c[3000,\"Go away!\"]\n");
        await stream.ShouldEndAsync();
    }
}
