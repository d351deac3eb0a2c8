using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Chat.Tests.Transports;

/// <summary>URLs, methods and headers, as the SockJS protocol's own tests look at them.</summary>
public sealed class SockJsUrlTests : IAsyncLifetime
{
    private const string NotCached = "no-store, no-cache, no-transform, must-revalidate, max-age=0";

    private TransportHost _host = null!;

    public async Task InitializeAsync() => _host = await TransportHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/ws")]
    [InlineData("/ws/")]
    public async Task The_base_URL_greets(string path)
    {
        using var response = await _host.SendAsync(HttpMethod.Get, path);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        Header(response, "Content-Type").Should().Be("text/plain; charset=UTF-8");
        response.Headers.Contains("Set-Cookie").Should().BeFalse();
        (await response.Content.ReadAsStringAsync()).Should().Be("Welcome to SockJS!\n");
    }

    [Fact]
    public async Task Info_tells_what_there_is_with_new_entropy_each_time()
    {
        var entropies = new List<uint>();
        for (var i = 0; i < 2; i++)
        {
            using var response = await _host.SendAsync(HttpMethod.Get, "/ws/info");
            Header(response, "Content-Type").Should().Be("application/json; charset=UTF-8");
            Header(response, "Cache-Control").Should().Be(NotCached);
            response.Headers.Contains("Set-Cookie").Should().BeFalse();
            var info = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            info.GetProperty("websocket").GetBoolean().Should().BeTrue();
            info.GetProperty("cookie_needed").GetBoolean().Should().BeFalse();
            info.GetProperty("origins").EnumerateArray().Select(origin => origin.GetString()).Should().Equal("*:*");
            entropies.Add(info.GetProperty("entropy").GetUInt32());
        }
        entropies.Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("GET", "/ws/info")]
    [InlineData("OPTIONS", "/ws/info")]
    [InlineData("POST", "/ws/a/{0}/xhr")]
    [InlineData("POST", "/ws/a/{0}/xhr_streaming")]
    [InlineData("POST", "/ws/a/{0}/xhr_send")]
    [InlineData("GET", "/ws/a/{0}/eventsource")]
    [InlineData("OPTIONS", "/ws/a/{0}/xhr")]
    public async Task An_origin_is_allowed_by_its_name_with_credentials_and_none_by_a_star_without(string method, string url)
    {
        foreach (var origin in new[] { "http://example.org", "null" })
        {
            using var response = await _host.SendAsync(new HttpMethod(method), Url(url), body: null, ("Origin", origin));
            Header(response, "Access-Control-Allow-Origin").Should().Be(origin);
            Header(response, "Access-Control-Allow-Credentials").Should().Be("true");
            Header(response, "Vary").Should().Be("Origin");
        }
        using var plain = await _host.SendAsync(new HttpMethod(method), Url(url));
        Header(plain, "Access-Control-Allow-Origin").Should().Be("*");
        plain.Headers.Contains("Access-Control-Allow-Credentials").Should().BeFalse();
    }

    [Theory]
    [InlineData("GET", "/ws/a/b/htmlfile?c=x")]
    [InlineData("GET", "/ws/a/b/jsonp?c=x")]
    [InlineData("POST", "/ws/a/b/jsonp_send")]
    [InlineData("GET", "/ws/iframe.html")]
    [InlineData("GET", "/ws")]
    public async Task What_no_script_reads_allows_no_origin(string method, string path)
    {
        using var response = await _host.SendAsync(new HttpMethod(method), path, body: null, ("Origin", "http://example.org"));
        response.Headers.NonValidated.Should().NotContain(header => header.Key.StartsWith("Access-Control-"));
    }

    [Theory]
    [InlineData("/ws/info", "OPTIONS, GET")]
    [InlineData("/ws/a/b/xhr", "OPTIONS, POST")]
    [InlineData("/ws/a/b/xhr_streaming", "OPTIONS, POST")]
    [InlineData("/ws/a/b/xhr_send", "OPTIONS, POST")]
    public async Task A_preflight_may_be_kept_for_a_year(string path, string methods)
    {
        using var response = await _host.SendAsync(HttpMethod.Options, path, body: null, ("Access-Control-Request-Headers", "a, b, c"));
        response.StatusCode.Should().Be(HttpStatusCode.NoContent);
        Header(response, "Cache-Control").Should().Be("public, max-age=31536000");
        DateTimeOffset.Parse(Header(response, "Expires")!, CultureInfo.InvariantCulture).Should().BeAfter(DateTimeOffset.UtcNow.AddDays(364));
        Header(response, "Access-Control-Allow-Methods").Should().Be(methods);
        Header(response, "Access-Control-Allow-Headers").Should().Be("a, b, c");
        int.Parse(Header(response, "Access-Control-Max-Age")!, CultureInfo.InvariantCulture).Should().BeGreaterThan(1_000_000);
        (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();

        using var unasked = await _host.SendAsync(HttpMethod.Options, path, body: null, ("Access-Control-Request-Headers", ""));
        unasked.Headers.Contains("Access-Control-Allow-Headers").Should().BeFalse();
    }

    [Theory]
    [InlineData("/ws/a/b")]
    [InlineData("/ws/a")]
    [InlineData("/ws/a.html")]
    [InlineData("/ws//")]
    [InlineData("/ws///")]
    [InlineData("/ws/a/b/c")]
    [InlineData("/ws/a/b/XHR")]
    [InlineData("/ws/a/b/xhr/x")]
    [InlineData("/ws/a.b/c/xhr")]
    [InlineData("/ws/a/b./xhr")]
    [InlineData("/ws//b/xhr")]
    [InlineData("/ws/a//xhr")]
    [InlineData("/ws/Info")]
    public async Task What_is_no_SockJS_URL_is_not_found_even_where_a_page_answers_for_the_rest(string path)
    {
        using var raw = await _host.ConnectAsync($"POST {path} HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n");
        (await raw.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 404");
    }

    [Fact]
    public async Task A_session_is_found_by_its_own_name_whatever_the_server_segment_says()
    {
        (await _host.PostAsync("/ws/000/same%20one/xhr")).Should().Be("o\n");
        using var sent = await _host.SendAsync(HttpMethod.Post, "/ws/999/same%20one/xhr_send", "[\"x\"]");
        sent.StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await _host.PostAsync("/ws/555/same%20one/xhr")).Should().Be("a[\"x\"]\n");
    }

    [Theory]
    [InlineData("GET", "/ws/a/b/xhr", "OPTIONS, POST")]
    [InlineData("PUT", "/ws/a/b/xhr_streaming", "OPTIONS, POST")]
    [InlineData("GET", "/ws/a/b/xhr_send", "OPTIONS, POST")]
    [InlineData("POST", "/ws/a/b/eventsource", "GET")]
    [InlineData("OPTIONS", "/ws/a/b/eventsource", "GET")]
    [InlineData("POST", "/ws/a/b/htmlfile?c=x", "GET")]
    [InlineData("PUT", "/ws/a/b/jsonp?c=x", "GET")]
    [InlineData("GET", "/ws/a/b/jsonp_send", "POST")]
    [InlineData("OPTIONS", "/ws/a/b/jsonp_send", "POST")]
    [InlineData("POST", "/ws/iframe.html", "GET")]
    [InlineData("POST", "/ws/a/b/websocket", "GET")]
    [InlineData("POST", "/ws/websocket", "GET")]
    [InlineData("POST", "/ws/info", "OPTIONS, GET")]
    [InlineData("POST", "/ws", "GET")]
    public async Task A_wrong_method_is_told_the_right_ones(string method, string path, string allowed)
    {
        using var response = await _host.SendAsync(new HttpMethod(method), path);
        response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        string.Join(", ", response.Content.Headers.Allow).Should().Be(allowed);
        response.Content.Headers.ContentType.Should().BeNull();
        (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("/ws/a/b/websocket")]
    [InlineData("/ws/websocket")]
    public async Task A_WebSocket_URL_wants_an_upgrade(string path)
    {
        using var response = await _host.SendAsync(HttpMethod.Get, path);
        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).Should().Contain("Can \"Upgrade\" only to \"WebSocket\".");
    }

    [Fact]
    public async Task WebSocket_switched_off_is_told_by_info_and_not_found()
    {
        await using var host = await TransportHost.StartAsync(options => options.WebSocketEnabled = false);
        (await host.Http.GetStringAsync("/ws/info")).Should().Contain("\"websocket\":false");
        foreach (var path in new[] { "/ws/a/b/websocket", "/ws/websocket" })
        {
            using var response = await host.SendAsync(HttpMethod.Get, path);
            response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        }
    }

    [Theory]
    [InlineData(null, "JSESSIONID=dummy; path=/")]
    [InlineData("JSESSIONID=abcdef", "JSESSIONID=abcdef; path=/")]
    [InlineData("JSESSIONID=a%0d%0aX-Evil:1", "JSESSIONID=dummy; path=/")]
    public async Task The_session_cookie_is_made_or_given_back_where_it_is_wanted(string? sent, string expected)
    {
        await using var host = await TransportHost.StartAsync(options => options.SessionCookie = true);
        (await host.Http.GetStringAsync("/ws/info")).Should().Contain("\"cookie_needed\":true");
        (string, string)[] headers = sent is null ? [] : [("Cookie", sent)];

        foreach (var (method, path) in new[] { ("POST", "/ws/a/b/xhr"), ("OPTIONS", "/ws/a/b/xhr"), ("POST", "/ws/a/c/xhr_streaming"), ("POST", "/ws/a/b/xhr_send") })
        {
            using var response = await host.SendAsync(new HttpMethod(method), path, "[\"x\"]", headers);
            Header(response, "Set-Cookie").Should().Be(expected, path);
        }
        foreach (var path in new[] { "/ws/info", "/ws", "/ws/a/b/websocket" })
        {
            using var response = await host.SendAsync(HttpMethod.Get, path, body: null, headers);
            response.Headers.Contains("Set-Cookie").Should().BeFalse(path);
        }
    }

    [Fact]
    public async Task Without_the_setting_no_cookie_is_made()
    {
        using var response = await _host.SendAsync(HttpMethod.Post, "/ws/a/b/xhr");
        response.Headers.Contains("Set-Cookie").Should().BeFalse();
    }

    [Theory]
    [InlineData("POST", "xhr", "application/javascript; charset=UTF-8")]
    [InlineData("POST", "xhr_streaming", "application/javascript; charset=UTF-8")]
    [InlineData("GET", "eventsource", "text/event-stream")]
    [InlineData("GET", "htmlfile?c=x", "text/html; charset=UTF-8")]
    [InlineData("GET", "jsonp?c=x", "application/javascript; charset=UTF-8")]
    public async Task Answers_of_a_session_are_not_kept_nor_held_back_nor_taken_for_something_else(string method, string transport, string type)
    {
        using var response = await _host.SendAsync(new HttpMethod(method), $"/ws/a/b/{transport}");
        Header(response, "Content-Type").Should().Be(type);
        Header(response, "X-Content-Type-Options").Should().Be("nosniff");
        Header(response, "Cache-Control").Should().Be(NotCached);
        Header(response, "X-Accel-Buffering").Should().Be("no");
        Header(response, "Expires").Should().BeNull();
        Header(response, "Last-Modified").Should().BeNull();
    }

    [Fact]
    public async Task Whom_the_guard_refuses_gets_no_session()
    {
        _host.Guard.Refusal = StatusCodes.Status429TooManyRequests;
        using var response = await _host.SendAsync(HttpMethod.Post, "/ws/a/b/xhr");
        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        _host.Guard.Refusal = null;
        using var sent = await _host.SendAsync(HttpMethod.Post, "/ws/a/b/xhr_send", "[\"x\"]");
        sent.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    private static string Url(string pattern) => string.Format(CultureInfo.InvariantCulture, pattern, Guid.NewGuid());

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;
}
