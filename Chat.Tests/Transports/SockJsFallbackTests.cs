using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Chat.Tests.Transports.SockJsProtocol;
using Microsoft.Extensions.Time.Testing;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

/// <summary>Sessions over the transports for browsers that have nothing better: eventsource, htmlfile, jsonp.</summary>
public sealed class SockJsFallbackTests : IAsyncLifetime
{
    private const string Session = "/ws/000/session";

    private readonly FakeTimeProvider _clock = new();
    private TransportHost _host = null!;

    public async Task InitializeAsync() => _host = await TransportHost.StartAsync(time: _clock);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("eventsource", "data: h\r\n\r\n")]
    [InlineData("htmlfile?c=x", "<script>\np(\"h\");\n</script>\r\n")]
    public async Task A_stream_hears_h_when_nothing_else_was_sent(string transport, string heartBeat)
    {
        using var stream = await StreamAsync(transport);
        await stream.ReadAsync();
        await stream.ReadAsync();
        (await TransportHost.WhileTimePassesAsync(_clock, stream.ReadAsync())).Should().Be(heartBeat);
    }

    [Fact]
    public async Task A_script_hears_h_when_nothing_else_was_sent()
    {
        await GetAsync("jsonp?c=x");
        // When one of two was sent away the other is waiting, and time may pass.
        var (one, other) = (GetAsync("jsonp?c=x"), GetAsync("jsonp?c=x"));
        var refused = await Task.WhenAny(one, other);
        (await refused).Should().Contain("2010");
        (await TransportHost.WhileTimePassesAsync(_clock, refused == one ? other : one)).Should().Be("/**/x(\"h\");\r\n");
    }

    [Theory]
    [InlineData("eventsource", "data: a[\"{0}\"]\r\n\r\n")]
    [InlineData("htmlfile?c=x", "<script>\np(\"a[\\\"{0}\\\"]\");\n</script>\r\n")]
    public async Task A_stream_ends_after_128_KiB_counted_with_its_framing_and_the_session_goes_on(string transport, string pattern)
    {
        var kibibyte = new string('x', 1024);
        using var stream = await StreamAsync(transport);
        await stream.ReadAsync();
        var got = (await stream.ReadAsync()).Length;
        while (got < 128 * 1024)
        {
            await SendAsync($"[\"{kibibyte}\"]");
            var frame = await stream.ReadAsync();
            frame.Should().Be(string.Format(pattern, kibibyte));
            got += frame.Length;
        }
        await stream.ShouldEndAsync();
        await SendAsync("[\"x\"]");
        (await _host.PostAsync(Session + "/xhr")).Should().Be("a[\"x\"]\n");
    }

    [Fact]
    public async Task One_session_may_be_served_by_every_kind_of_request_in_turn()
    {
        (await GetAsync("jsonp?c=x")).Should().Be("/**/x(\"o\");\r\n");
        await SendAsync("[\"1\"]");
        (await _host.PostAsync(Session + "/xhr")).Should().Be("a[\"1\"]\n");
        using (var form = new FormUrlEncodedContent([KeyValuePair.Create("d", "[\"2 & more\"]")]))
        using (var sent = await _host.Http.PostAsync(Session + "/jsonp_send", form))
            sent.StatusCode.Should().Be(HttpStatusCode.OK);
        using var stream = await StreamAsync("eventsource");
        await stream.ShouldSayAsync("\r\n", "data: a[\"2 & more\"]\r\n\r\n");
        _host.Runner.Opened.Should().ContainSingle();
    }

    [Theory]
    [InlineData("eventsource", "\r\n|data: c[2010,\"Another connection still open\"]\r\n\r\n")]
    [InlineData("jsonp?c=x", "/**/x(\"c[2010,\\\"Another connection still open\\\"]\");\r\n")]
    public async Task A_second_receiver_is_told_2010_and_the_first_goes_on(string transport, string answer)
    {
        using var first = await StreamAsync("eventsource");
        await first.ShouldSayAsync("\r\n", "data: o\r\n\r\n");
        (await GetAsync(transport)).Should().Be(answer.Replace("|", ""));
        await SendAsync("[\"x\"]");
        await first.ShouldSayAsync("data: a[\"x\"]\r\n\r\n");
    }

    [Fact]
    public async Task A_stream_that_breaks_off_ends_the_session()
    {
        using (var stream = await StreamAsync("htmlfile?c=x"))
            await stream.ReadAsync();
        (await _host.Runner.Ended).Should().Be("gone");
        (await GetAsync("jsonp?c=x")).Should().Be("/**/x(\"o\");\r\n");
    }

    [Fact]
    public async Task An_event_has_percent_escapes_for_what_the_client_would_misread()
    {
        _host.Runner.Script = (transport, stopping) => transport.CloseAsync(new CloseReason(3000, "100% %0A", "test"), stopping).AsTask();
        using var stream = await StreamAsync("eventsource");
        await stream.ShouldSayAsync("\r\n", "data: o\r\n\r\n", "data: c[3000,\"100%25 %250A\"]\r\n\r\n");
        await stream.ShouldEndAsync();
    }

    [Theory]
    [InlineData("htmlfile?c=x")]
    [InlineData("jsonp?c=x")]
    public async Task A_message_cannot_end_the_script_that_brings_it(string transport)
    {
        await GetAsync("jsonp?c=x");
        await SendAsync("[\"</script><script>alert(1)</script><!--\"]");
        using var stream = await StreamAsync(transport);
        var frame = await stream.ReadAsync();
        if (transport[0] == 'h')
            frame = await stream.ReadAsync();
        frame.Should().Contain(@"a[\""\u003c/script>\u003cscript>alert(1)\u003c/script>\u003c!--\""]");
        Regex.Count(frame, "<").Should().BeLessThanOrEqualTo(2, "no more than the element's own");
    }

    [Theory]
    [InlineData("_jp.a1b2c3", true)]
    [InlineData("azAZ09-_.azAZ09-_.azAZ09-_.azAZ0", true)]
    [InlineData("azAZ09-_.azAZ09-_.azAZ09-_.azAZ09", false)]
    [InlineData("a%0D%0Ab", false)]
    [InlineData("alert(1)%2F%2F", false)]
    [InlineData("a%3Cb", false)]
    [InlineData("caf%C3%A9", false)]
    [InlineData("a&c=b", false)]
    public async Task A_callback_is_a_name_of_at_most_32_plain_characters(string callback, bool isGood)
    {
        foreach (var transport in new[] { "jsonp", "htmlfile" })
        {
            using var response = await _host.SendAsync(HttpMethod.Get, $"/ws/000/{Guid.NewGuid()}/{transport}?c={callback}");
            response.StatusCode.Should().Be(isGood ? HttpStatusCode.OK : HttpStatusCode.InternalServerError);
            response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
            if (!isGood)
                response.Content.Headers.ContentType!.ToString().Should().Be("text/plain; charset=UTF-8");
        }
    }

    [Fact]
    public async Task A_bad_callback_opens_no_session()
    {
        using var response = await _host.SendAsync(HttpMethod.Get, Session + "/jsonp?c=(");
        response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        _host.Guard.Checked.Should().Be(0);
        (await SendAsync("[\"x\"]")).Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("i=7&d=%5B%22a+b%2Bc%22%5D&d=%5B%22no%22%5D", HttpStatusCode.OK)]
    [InlineData("dd=%5B%22no%22%5D", HttpStatusCode.InternalServerError)]
    [InlineData("d=%5B%22a%", HttpStatusCode.InternalServerError)]
    public async Task Of_a_form_the_first_field_d_counts(string form, HttpStatusCode status)
    {
        await GetAsync("jsonp?c=x");
        using var content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var sent = await _host.Http.PostAsync(Session + "/jsonp_send", content);
        sent.StatusCode.Should().Be(status);
        if (status == HttpStatusCode.OK)
            (await GetAsync("jsonp?c=x")).Should().Be("/**/x(\"a[\\\"a b+c\\\"]\");\r\n");
    }

    [Fact]
    public async Task A_form_for_a_session_that_nobody_opened_is_not_found()
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("d", "[\"x\"]")]);
        using var sent = await _host.Http.PostAsync(Session + "/jsonp_send", form);
        sent.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("eventsource", "\r\ndata: o\r\n\r\ndata: c[1000,\"\"]\r\n\r\n")]
    [InlineData("jsonp?c=x", "/**/x(\"o\");\r\n")]
    public async Task HTTP_1_0_gets_no_chunks_and_the_end_by_the_close(string transport, string body)
    {
        _host.Runner.Script = (transport, stopping) => transport.CloseAsync(CloseReason.Normal, stopping).AsTask();
        using var raw = await _host.ConnectAsync($"GET {Session}/{transport} HTTP/1.0\n\n");
        var answer = Encoding.UTF8.GetString(await raw.ReadToEndAsync());
        answer.Should().StartWith("HTTP/1.1 200").And.EndWith("\r\n\r\n" + body).And.NotContain("Transfer-Encoding");
    }

    private async Task<string> GetAsync(string transport) => await _host.Http.GetStringAsync($"{Session}/{transport}");

    private Task<SockJsStream> StreamAsync(string transport) => SockJsStream.OpenAsync(_host, "GET", $"{Session}/{transport}");

    private async Task<HttpStatusCode> SendAsync(string body)
    {
        using var response = await _host.SendAsync(HttpMethod.Post, Session + "/xhr_send", body);
        return response.StatusCode;
    }
}
