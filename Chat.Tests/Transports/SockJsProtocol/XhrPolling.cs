using System.Text.Json;

namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class XhrPolling(SockJsServices services) : SockJsSuite(services)
{
    [Theory]
    [InlineData("/xhr")]
    [InlineData("/xhr_send")]
    public Task A_preflight_is_answered(string suffix) => ShouldAnswerAPreflightAsync("/echo/abc/abc" + suffix, "OPTIONS, POST");

    [Fact]
    public async Task Messages_go_there_and_back()
    {
        var session = NewSession();
        var opened = await PostAsync(session + "/xhr", ("Origin", "test"));
        opened.ShouldBe(200, "o\n");
        opened["Content-Type"].Should().Be("application/javascript; charset=UTF-8");
        opened.ShouldAllow("test");
        opened.ShouldNotBeCached();

        var sent = await PostBodyAsync(session + "/xhr_send", "[\"x\"]", "text/plain", ("Origin", "test"));
        sent.ShouldBe(204, "");
        sent["Content-Type"].Should().Be("text/plain; charset=UTF-8");
        sent.ShouldAllow("test");
        sent.ShouldNotBeCached();

        (await PostAsync(session + "/xhr")).ShouldBe(200, "a[\"x\"]\n");
    }

    [Fact]
    public async Task Nobody_sends_to_a_session_that_is_not_there() => (await PostBodyAsync(NewSession() + "/xhr_send", "[\"x\"]")).Status.Should().Be(404);

    [Fact]
    public async Task What_is_no_JSON_is_refused_and_the_session_goes_on()
    {
        var session = NewSession();
        await PostAsync(session + "/xhr");
        (await PostBodyAsync(session + "/xhr_send", "[\"x")).ShouldBe(500, "Broken JSON encoding.");
        (await PostBodyAsync(session + "/xhr_send", "")).ShouldBe(500, "Payload expected.");
        await SayAsync(session, "[\"a\"]");
        (await PostAsync(session + "/xhr")).ShouldBe(200, "a[\"a\"]\n");
    }

    [Fact]
    public async Task The_content_type_means_nothing_and_what_gathers_between_polls_comes_in_order()
    {
        var session = NewSession();
        await PostAsync(session + "/xhr");
        string?[] types = ["text/plain", "T", "application/json", "application/xml", null, "", "application/json; charset=utf-8", "text/xml; charset=utf-8", "text/xml"];
        for (var i = 0; i < types.Length; i++)
            (await PostBodyAsync(session + "/xhr_send", $"[\"{i}\"]", types[i])).ShouldBe(204, "");

        (await PollAsync(session, types.Length)).Should().Equal(types.Select((_, i) => $"{i}"));
    }

    [Theory]
    [InlineData("a, b, c", "a, b, c")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public async Task The_headers_that_a_page_wants_to_send_are_allowed(string? wanted, string? allowed)
    {
        (string, string)[] headers = [("Origin", "test"), ("Access-Control-Request-Method", "POST")];
        var answer = await OptionsAsync(NewSession() + "/xhr", wanted is null ? headers : [.. headers, ("Access-Control-Request-Headers", wanted)]);

        answer.ShouldBe(204, "");
        answer.ShouldAllow("test");
        answer["Access-Control-Allow-Headers"].Should().Be(allowed);
    }

    [Fact]
    public async Task No_messages_at_all_are_taken_too()
    {
        var session = NewSession();
        await PostAsync(session + "/xhr");
        await SayAsync(session, "[]");
        await SayAsync(session, "[\"a\",\"b\"]");
        (await PollAsync(session, 2)).Should().Equal("a", "b");
    }

    /// <summary>Polls until so many messages have come. 204 says that one has come to the server, not that it was answered yet: the last ones may need another poll.</summary>
    private async Task<IReadOnlyList<string>> PollAsync(string session, int messages)
    {
        var got = new List<string>();
        while (got.Count < messages)
        {
            var answer = await PostAsync(session + "/xhr");
            answer.Status.Should().Be(200);
            got.AddRange(JsonSerializer.Deserialize<string[]>(answer.Body[1..])!);
        }
        return got;
    }
}
