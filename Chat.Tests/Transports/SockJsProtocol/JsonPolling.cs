namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class JsonPolling(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public async Task Messages_go_there_in_a_form_and_come_back_in_a_script()
    {
        var session = NewSession();
        var opened = await GetAsync(session + "/jsonp?c=%63allback");
        opened.ShouldBe(200, "/**/callback(\"o\");\r\n");
        opened["Content-Type"].Should().Be("application/javascript; charset=UTF-8");
        opened.ShouldNotBeCached();

        var sent = await PostBodyAsync(session + "/jsonp_send", "d=%5B%22x%22%5D", Form);
        sent.ShouldBe(200, "ok");
        sent["Content-Type"].Should().Be("text/plain; charset=UTF-8");
        sent.ShouldNotBeCached();

        (await GetAsync(session + "/jsonp?c=%63allback")).ShouldBe(200, "/**/callback(\"a[\\\"x\\\"]\");\r\n");
    }

    [Fact]
    public async Task A_callback_is_needed() => (await GetAsync("/echo/a/a/jsonp")).ShouldBe(500, "\"callback\" parameter required");

    [Theory]
    [InlineData("%20")]
    [InlineData("*")]
    [InlineData("abc(")]
    [InlineData("abc%28")]
    public async Task A_callback_is_nothing_but_a_name(string callback) =>
        (await GetAsync("/echo/a/a/jsonp?c=" + callback)).ShouldBe(500, "invalid \"callback\" parameter");

    [Fact]
    public async Task What_is_no_JSON_is_refused_and_the_session_goes_on()
    {
        var session = NewSession();
        await GetAsync(session + "/jsonp?c=x");
        (await PostBodyAsync(session + "/jsonp_send", "d=%5B%22x", Form)).ShouldBe(500, "Broken JSON encoding.");
        foreach (var body in new[] { "", "d=", "p=p" })
            (await PostBodyAsync(session + "/jsonp_send", body, Form)).ShouldBe(500, "Payload expected.");
        (await PostBodyAsync(session + "/jsonp_send", "d=%5B%22b%22%5D", Form)).ShouldBe(200, "ok");
        (await GetAsync(session + "/jsonp?c=x")).ShouldBe(200, "/**/x(\"a[\\\"b\\\"]\");\r\n");
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_taken_as_it_is()
    {
        var session = NewSession();
        await GetAsync(session + "/jsonp?c=x");
        (await PostBodyAsync(session + "/jsonp_send", "d=%5B%22abc%22%5D", Form)).ShouldBe(200, "ok");
        (await GetAsync(session + "/jsonp?c=x")).ShouldBe(200, "/**/x(\"a[\\\"abc\\\"]\");\r\n");
        (await PostBodyAsync(session + "/jsonp_send", "[\"%61bc\"]", "text/plain")).ShouldBe(200, "ok");
        (await GetAsync(session + "/jsonp?c=x")).ShouldBe(200, "/**/x(\"a[\\\"%61bc\\\"]\");\r\n");
    }

    [Fact]
    public async Task The_close_comes_in_a_script_too()
    {
        var session = NewSession("/close");
        (await GetAsync(session + "/jsonp?c=x")).ShouldBe(200, "/**/x(\"o\");\r\n");
        (await GetAsync(session + "/jsonp?c=x")).ShouldBe(200, "/**/x(\"c[3000,\\\"Go away!\\\"]\");\r\n");
        (await GetAsync(session + "/jsonp?c=x")).ShouldBe(200, "/**/x(\"c[3000,\\\"Go away!\\\"]\");\r\n");
    }

    [Fact]
    public async Task No_messages_at_all_are_taken_too()
    {
        var session = NewSession();
        await GetAsync(session + "/jsonp?c=x");
        (await PostBodyAsync(session + "/jsonp_send", "d=%5B%5D", Form)).ShouldBe(200, "ok");
        (await PostBodyAsync(session + "/jsonp_send", "d=%5B%22x%22%5D", Form)).ShouldBe(200, "ok");
        (await GetAsync(session + "/jsonp?c=x")).ShouldBe(200, "/**/x(\"a[\\\"x\\\"]\");\r\n");
    }
}
