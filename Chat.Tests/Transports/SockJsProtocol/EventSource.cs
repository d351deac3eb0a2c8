namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class EventSource(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public async Task Behind_the_prelude_each_frame_is_an_event()
    {
        var session = NewSession();
        using var stream = await StreamAsync(session + "/eventsource", "GET");
        stream.Head.Should().StartWith("HTTP/1.1 200 ")
            .And.Contain("\r\nContent-Type: text/event-stream\r\n")
            .And.Contain("\r\nCache-Control: no-store, no-cache, no-transform, must-revalidate, max-age=0\r\n");
        await stream.ShouldSayAsync("\r\n", "data: o\r\n\r\n");
        await SayAsync(session, "[\"x\"]");
        await stream.ShouldSayAsync("data: a[\"x\"]\r\n\r\n");
        await SayAsync(session, """["  \u0000\n\r "]""");
        await stream.ShouldSayAsync("data: a[\"  \\u0000\\n\\r \"]\r\n\r\n");
    }

    [Fact]
    public async Task It_ends_when_4096_octets_were_sent()
    {
        var session = NewSession();
        using var stream = await StreamAsync(session + "/eventsource", "GET");
        await stream.ShouldSayAsync("\r\n", "data: o\r\n\r\n");
        var messages = $"[\"{new string('x', 4096)}\"]";
        await SayAsync(session, messages);
        await stream.ShouldSayAsync($"data: a{messages}\r\n\r\n");
        await stream.ShouldEndAsync();
    }
}
