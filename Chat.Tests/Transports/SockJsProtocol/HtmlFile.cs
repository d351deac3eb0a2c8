namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class HtmlFile(SockJsServices services) : SockJsSuite(services)
{
    private const string Head = """
        <!doctype html>
        <html><head>
          <meta http-equiv="X-UA-Compatible" content="IE=edge" />
          <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
        </head><body><h2>Don't panic!</h2>
          <script>
            document.domain = document.domain;
            var c = parent.callback;
            c.start();
            function p(d) {c.message(d);};
            window.onload = function() {c.stop();};
          </script>
        """;

    [Fact]
    public async Task Behind_the_head_each_frame_is_a_script()
    {
        var session = NewSession();
        using var stream = await StreamAsync(session + "/htmlfile?c=%63allback", "GET");
        stream.Head.Should().StartWith("HTTP/1.1 200 ")
            .And.Contain("\r\nContent-Type: text/html; charset=UTF-8\r\n")
            .And.Contain("\r\nCache-Control: no-store, no-cache, no-transform, must-revalidate, max-age=0\r\n");
        var head = await stream.ReadAsync();
        head.Trim().Should().Be(Head);
        head.Should().EndWith(" \r\n\r\n").And.Subject!.Length.Should().BeGreaterThan(1024);
        await stream.ShouldSayAsync("<script>\np(\"o\");\n</script>\r\n");
        await SayAsync(session, "[\"x\"]");
        await stream.ShouldSayAsync("<script>\np(\"a[\\\"x\\\"]\");\n</script>\r\n");
    }

    [Fact]
    public async Task A_callback_is_needed() => (await GetAsync("/echo/a/a/htmlfile")).ShouldBe(500, "\"callback\" parameter required");

    [Theory]
    [InlineData("%20")]
    [InlineData("*")]
    [InlineData("abc(")]
    [InlineData("abc%28")]
    public async Task A_callback_is_nothing_but_a_name(string callback) =>
        (await GetAsync("/echo/a/a/htmlfile?c=" + callback)).ShouldBe(500, "invalid \"callback\" parameter");

    [Fact]
    public async Task It_ends_when_4096_octets_were_sent()
    {
        var session = NewSession();
        using var stream = await StreamAsync(session + "/htmlfile?c=callback", "GET");
        await stream.ReadAsync();
        await stream.ShouldSayAsync("<script>\np(\"o\");\n</script>\r\n");
        var message = new string('x', 4096);
        await SayAsync(session, $"[\"{message}\"]");
        await stream.ShouldSayAsync($"<script>\np(\"a[\\\"{message}\\\"]\");\n</script>\r\n");
        await stream.ShouldEndAsync();
    }
}
