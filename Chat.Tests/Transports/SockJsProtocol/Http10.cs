using System.Text;

namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class Http10(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public async Task A_short_answer_ends_by_the_close_or_has_its_length()
    {
        using var raw = await Host.ConnectAsync("GET /echo HTTP/1.0\nConnection: Keep-Alive\n\n");
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 200 ").And.NotContain("Transfer-Encoding").And.Contain("\r\nContent-Length: 19\r\n");
        Encoding.ASCII.GetString(await raw.ReadAsync(19)).Should().Be("Welcome to SockJS!\n");

        await raw.SendAsync("GET /echo HTTP/1.0\r\n\r\n"u8.ToArray());
        Encoding.ASCII.GetString(await raw.ReadToEndAsync()).Should().StartWith("HTTP/1.1 200 ").And.EndWith("\r\n\r\nWelcome to SockJS!\n");
    }

    [Fact]
    public async Task A_stream_has_no_chunks_and_ends_by_the_close()
    {
        using var raw = await Host.ConnectAsync($"POST {NewSession("/close")}/xhr_streaming HTTP/1.0\nConnection: Keep-Alive\nContent-Length: 0\n\n");
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 200 ").And.NotContain("Transfer-Encoding").And.NotContain("Content-Length");
        Encoding.ASCII.GetString(await raw.ReadToEndAsync()).Should().Be(Prelude + "o\nc[3000,\"Go away!\"]\n");
    }
}
