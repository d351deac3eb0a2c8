using System.Net;
using Stomp.Gateway.Options;

namespace Chat.Tests.Transports;

/// <summary>What is ours about the iframe page; the rest is the protocol's.</summary>
public sealed class SockJsIframeTests
{
    [Fact]
    public async Task It_loads_the_library_that_is_set()
    {
        await using var host = await TransportHost.StartAsync(options => options.ClientUrl = "https://cdn.example.com/sockjs.js?a=1&b=\"2\"");
        (await host.Http.GetStringAsync("/ws/iframe.html")).Should().Contain("<script src=\"https://cdn.example.com/sockjs.js?a=1&amp;b=&quot;2&quot;\"></script>");
    }

    [Fact]
    public async Task Another_library_is_another_page_to_caches()
    {
        await using var one = await TransportHost.StartAsync();
        await using var other = await TransportHost.StartAsync(options => options.ClientUrl = "https://cdn.example.com/sockjs.js");
        using var first = await one.SendAsync(HttpMethod.Get, "/ws/iframe.html");
        using var second = await other.SendAsync(HttpMethod.Get, "/ws/iframe.html");
        second.Headers.ETag!.Tag.Should().NotBe(first.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task Without_a_library_there_is_no_such_page()
    {
        await using var host = await TransportHost.StartAsync(options => options.ClientUrl = "");
        using var response = await host.SendAsync(HttpMethod.Get, "/ws/iframe.html");
        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Only_pages_that_may_connect_may_frame_it()
    {
        await using var host = await TransportHost.StartAsync();
        using var response = await host.SendAsync(HttpMethod.Get, "/ws/iframe-1.6.1.html");
        response.Headers.GetValues("Content-Security-Policy").Should().Equal("frame-ancestors 'self' https://chat.example.com");
    }

    [Theory]
    [InlineData("https://cdn.example.com/sockjs-1.6.1.js", true)]
    [InlineData("http://127.0.0.1:5173/sockjs.js", true)]
    [InlineData("", true)]
    [InlineData("http://cdn.example.com/sockjs.js", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/sockjs/sockjs.min.js", true)]
    [InlineData("/", false)]
    [InlineData("//cdn.example.com/sockjs.js", false)]
    [InlineData("/\\cdn.example.com/sockjs.js", false)]
    [InlineData("/\t/cdn.example.com/sockjs.js", false)]
    [InlineData("file:///sockjs.js", false)]
    [InlineData("sockjs.js", false)]
    public void The_library_comes_from_the_gateway_or_over_https_or_from_this_machine(string url, bool isGood)
    {
        var result = new SockJsOptionsValidator().Validate(name: null, new SockJsOptions { ClientUrl = url });
        result.Succeeded.Should().Be(isGood);
    }
}
