namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class JsessionidCookie(SockJsServices services) : SockJsSuite(services)
{
    private const string Made = "JSESSIONID=dummy; path=/";

    [Fact]
    public async Task Info_says_that_cookies_are_needed_and_sets_none()
    {
        var answer = await GetAsync("/cookie_needed_echo/info");
        answer.Body.Should().Contain("\"cookie_needed\":true");
        answer["Set-Cookie"].Should().BeNull();
    }

    [Fact]
    public async Task Polling_makes_the_cookie_or_gives_it_back()
    {
        var opened = await PostAsync(NewSession("/cookie_needed_echo") + "/xhr");
        opened.ShouldBe(200, "o\n");
        opened["Set-Cookie"].Should().Be(Made);

        var known = await PostAsync(NewSession("/cookie_needed_echo") + "/xhr", ("Cookie", "JSESSIONID=abcdef"));
        known.ShouldBe(200, "o\n");
        known["Set-Cookie"].Should().Be("JSESSIONID=abcdef; path=/");
    }

    [Theory]
    [InlineData("POST", "/xhr_streaming")]
    [InlineData("GET", "/eventsource")]
    [InlineData("GET", "/htmlfile?c=%63allback")]
    public async Task Streams_make_it(string method, string suffix)
    {
        using var stream = await StreamAsync(NewSession("/cookie_needed_echo") + suffix, method);
        stream.Head.Should().StartWith("HTTP/1.1 200 ").And.Contain($"\r\nSet-Cookie: {Made}\r\n");
    }

    [Fact]
    public async Task Scripts_and_forms_make_it()
    {
        var session = NewSession("/cookie_needed_echo");
        var opened = await GetAsync(session + "/jsonp?c=%63allback");
        opened.ShouldBe(200, "/**/callback(\"o\");\r\n");
        opened["Set-Cookie"].Should().Be(Made);

        var sent = await PostBodyAsync(session + "/jsonp_send", "d=%5B%22x%22%5D", Form);
        sent.ShouldBe(200, "ok");
        sent["Set-Cookie"].Should().Be(Made);
    }
}
