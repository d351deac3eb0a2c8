namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class XhrStreaming(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public Task A_preflight_is_answered() => ShouldAnswerAPreflightAsync("/echo/abc/abc/xhr_streaming", "OPTIONS, POST");

    [Fact]
    public async Task Behind_the_prelude_each_frame_comes_at_once()
    {
        var session = NewSession();
        using var stream = await SockJsStream.OpenAsync(Host, "POST", session + "/xhr_streaming", "Origin: test\n");
        stream.Head.Should().StartWith("HTTP/1.1 200 ")
            .And.Contain("\r\nContent-Type: application/javascript; charset=UTF-8\r\n")
            .And.Contain("\r\nAccess-Control-Allow-Origin: test\r\n")
            .And.Contain("\r\nAccess-Control-Allow-Credentials: true\r\n")
            .And.Contain("\r\nCache-Control: no-store, no-cache, no-transform, must-revalidate, max-age=0\r\n");
        await stream.ShouldSayAsync(Prelude, "o\n");
        await SayAsync(session, "[\"x\"]");
        await stream.ShouldSayAsync("a[\"x\"]\n");
    }

    [Fact]
    public async Task It_ends_when_4096_octets_were_sent()
    {
        var session = NewSession();
        using var stream = await StreamAsync(session + "/xhr_streaming");
        await stream.ShouldSayAsync(Prelude, "o\n");
        var messages = $"[\"{new string('x', 128)}\"]";
        for (var i = 0; i < 31; i++)
        {
            await SayAsync(session, messages);
            await stream.ShouldSayAsync($"a{messages}\n");
        }
        await stream.ShouldEndAsync();
    }
}
