namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class IframePage(SockJsServices services) : SockJsSuite(services)
{
    private const string Page = """
        <!DOCTYPE html>
        <html>
        <head>
          <meta http-equiv="X-UA-Compatible" content="IE=edge" />
          <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
          <script src="/sockjs/sockjs.min.js"></script>
          <script>
            document.domain = document.domain;
            SockJS.bootstrap_iframe();
          </script>
        </head>
        <body>
          <h2>Don't panic!</h2>
          <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
        </body>
        </html>
        """;

    [Theory]
    [InlineData("/iframe.html")]
    [InlineData("/iframe-a.html")]
    [InlineData("/iframe-.html")]
    [InlineData("/iframe-0.1.2.html")]
    [InlineData("/iframe-0.1.2abc-dirty.2144.html")]
    [InlineData("/iframe-a.html?t=1234")]
    [InlineData("/iframe-0.1.2abc-dirty.2144.html?t=qweqweq123")]
    public async Task It_is_the_same_for_every_version_and_may_be_kept(string suffix)
    {
        var answer = await GetAsync("/echo" + suffix);

        answer.ShouldBe(200, Page);
        answer["Content-Type"].Should().Be("text/html; charset=UTF-8");
        answer["Set-Cookie"].Should().BeNull();
        answer["ETag"].Should().MatchRegex("^\"[0-9a-f]{32}\"$");
        answer.ShouldBeCachedForAYear();
    }

    [Theory]
    [InlineData("/iframe.htm")]
    [InlineData("/iframe")]
    [InlineData("/IFRAME.HTML")]
    [InlineData("/IFRAME")]
    [InlineData("/iframe.HTML")]
    [InlineData("/iframe.xml")]
    [InlineData("/iframe-/.html")]
    public async Task Nothing_else_is_that_page(string suffix) => (await GetAsync("/echo" + suffix)).Status.Should().Be(404);

    [Fact]
    public async Task Who_has_it_is_told_so()
    {
        var etag = (await GetAsync("/echo/iframe.html"))["ETag"]!;
        (await GetAsync("/echo/iframe.html"))["ETag"].Should().Be(etag);

        foreach (var known in new[] { etag, $"W/{etag}", $"\"other\", {etag}", "*" })
        {
            var answer = await GetAsync("/echo/iframe.html", ("If-None-Match", known));
            answer.ShouldBe(304, "");
            answer["Content-Type"].Should().BeNull();
        }
        (await GetAsync("/echo/iframe.html", ("If-None-Match", "\"other\""))).Status.Should().Be(200);
    }
}
