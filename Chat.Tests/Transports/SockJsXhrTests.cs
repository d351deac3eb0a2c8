using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Chat.Domain.Users;
using Microsoft.Extensions.Time.Testing;
using Stomp.Gateway.Security;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

/// <summary>Sessions over polling and streaming requests.</summary>
public sealed class SockJsXhrTests : IAsyncLifetime
{
    private const string Session = "/ws/000/session";

    private readonly FakeTimeProvider _clock = new();
    private TransportHost _host = null!;

    public async Task InitializeAsync() => _host = await TransportHost.StartAsync(time: _clock);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Polling_opens_the_session_then_brings_what_was_sent_and_the_close_again_and_again()
    {
        (await _host.PostAsync(Session + "/xhr")).Should().Be("o\n");
        (await SendAsync("[\"a\"]")).Should().Be(HttpStatusCode.NoContent);
        (await _host.PostAsync(Session + "/xhr")).Should().Be("a[\"a\"]\n");
        (await SendAsync("[\"bye\"]")).Should().Be(HttpStatusCode.NoContent);
        (await _host.PostAsync(Session + "/xhr")).Should().Be("c[3000,\"Go away!\"]\n");
        (await _host.PostAsync(Session + "/xhr")).Should().Be("c[3000,\"Go away!\"]\n");
        (await SendAsync("[\"late\"]")).Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_closed_session_is_forgotten_after_its_delay()
    {
        await _host.PostAsync(Session + "/xhr");
        await SendAsync("[\"bye\"]");
        (await _host.PostAsync(Session + "/xhr")).Should().Be("c[3000,\"Go away!\"]\n");
        _clock.Advance(TimeSpan.FromSeconds(5));
        (await _host.PostAsync(Session + "/xhr")).Should().Be("o\n");
    }

    [Fact]
    public async Task A_session_without_a_receiver_lives_five_seconds_and_its_connection_is_told()
    {
        await _host.PostAsync(Session + "/xhr");
        _clock.Advance(TimeSpan.FromSeconds(4));
        (await SendAsync("[]")).Should().Be(HttpStatusCode.NoContent);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await _host.Runner.Ended).Should().Be("gone");
        (await SendAsync("[\"x\"]")).Should().Be(HttpStatusCode.NotFound);
        (await _host.PostAsync(Session + "/xhr")).Should().Be("o\n");
    }

    [Theory]
    [InlineData("ffffffffffffffff\n")]
    [InlineData("ZZ\n")]
    public async Task A_body_whose_chunks_have_no_good_length_is_a_bad_request(string chunk)
    {
        await _host.PostAsync(Session + "/xhr");
        using var raw = await _host.ConnectAsync($"POST {Session}/xhr_send HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n{chunk}");
        (await raw.ReadToAsync("\r\n")).Should().Be("HTTP/1.1 400 Bad Request\r\n");
        (await SendAsync("[]")).Should().Be(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Frames_that_gathered_come_in_one_answer()
    {
        var gathered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Runner.Script = async (transport, stopping) =>
        {
            transport.Write(new OutboundFrame("A\n\n"u8.ToArray(), "1\0"u8.ToArray()));
            transport.Write(OutboundFrame.HeartBeat);
            gathered.SetResult();
            await transport.FlushAsync(stopping);
            await transport.CloseAsync(CloseReason.Normal, stopping);
        };
        (await _host.PostAsync(Session + "/xhr")).Should().Be("o\n");
        await gathered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        (await _host.PostAsync(Session + "/xhr")).Should().Be("a[\"A\\n\\n1\\u0000\",\"\\n\"]\n");
        (await _host.PostAsync(Session + "/xhr")).Should().Be("c[1000,\"\"]\n");
    }

    [Fact]
    public async Task Streaming_begins_with_its_prelude_and_brings_each_frame_at_once()
    {
        using var stream = await StreamAsync();
        (await stream.ReadLineAsync()).Should().Be(new string('h', 2048));
        (await stream.ReadLineAsync()).Should().Be("o");
        await SendAsync("[\"x\"]");
        (await stream.ReadLineAsync()).Should().Be("a[\"x\"]");
        await SendAsync("[\"bye\"]");
        (await stream.ReadLineAsync()).Should().Be("c[3000,\"Go away!\"]");
        (await stream.ReadLineAsync()).Should().BeNull();
    }

    [Fact]
    public async Task A_streaming_answer_ends_after_128_KiB_and_the_session_goes_on_in_the_next()
    {
        var kibibyte = new string('x', 1024);
        using (var stream = await StreamAsync())
        {
            await stream.ReadLineAsync();
            await stream.ReadLineAsync();
            var got = "o\n".Length;
            while (got < 128 * 1024)
            {
                await SendAsync($"[\"{kibibyte}\"]");
                (await stream.ReadLineAsync()).Should().Be($"a[\"{kibibyte}\"]");
                got += $"a[\"{kibibyte}\"]\n".Length;
            }
            (await stream.ReadLineAsync()).Should().BeNull();
        }
        await SendAsync("[\"x\"]");
        (await _host.PostAsync(Session + "/xhr")).Should().Be("a[\"x\"]\n");
    }

    [Fact]
    public async Task A_second_receiver_is_told_2010_and_the_first_goes_on()
    {
        using var first = await StreamAsync();
        await first.ReadLineAsync();
        await first.ReadLineAsync();
        (await _host.PostAsync(Session + "/xhr")).Should().Be("c[2010,\"Another connection still open\"]\n");
        (await _host.PostAsync(Session + "/xhr_streaming")).Should().Be(new string('h', 2048) + "\nc[2010,\"Another connection still open\"]\n");
        await SendAsync("[\"x\"]");
        (await first.ReadLineAsync()).Should().Be("a[\"x\"]");
    }

    [Fact]
    public async Task A_receiver_that_breaks_off_ends_the_session_and_the_next_one_finds_a_new_one()
    {
        using (var stream = await StreamAsync())
        {
            await stream.ReadLineAsync();
            await stream.ReadLineAsync();
        }
        (await _host.Runner.Ended).Should().Be("gone");
        (await _host.PostAsync(Session + "/xhr")).Should().Be("o\n");
    }

    [Fact]
    public async Task A_receiver_hears_h_when_nothing_else_was_sent()
    {
        using var stream = await StreamAsync();
        await stream.ReadLineAsync();
        await stream.ReadLineAsync();
        (await TransportHost.WhileTimePassesAsync(_clock, stream.ReadLineAsync())).Should().Be("h");
    }

    [Theory]
    [InlineData("", "Payload expected.")]
    [InlineData("{}", "Payload expected.")]
    [InlineData("\"x\"", "Payload expected.")]
    [InlineData("[\"x", "Broken JSON encoding.")]
    public async Task A_bad_payload_is_refused_and_the_session_survives(string body, string why)
    {
        await _host.PostAsync(Session + "/xhr");
        using (var response = await _host.SendAsync(HttpMethod.Post, Session + "/xhr_send", body))
        {
            response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
            (await response.Content.ReadAsStringAsync()).Should().Be(why);
        }
        await SendAsync("[\"fine\"]");
        (await _host.PostAsync(Session + "/xhr")).Should().Be("a[\"fine\"]\n");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("T")]
    [InlineData("application/json")]
    [InlineData("application/xml; charset=UTF-8")]
    [InlineData(null)]
    public async Task Any_content_type_will_do(string? contentType)
    {
        await _host.PostAsync(Session + "/xhr");
        var request = new HttpRequestMessage(HttpMethod.Post, Session + "/xhr_send") { Content = new ByteArrayContent("[\"x\"]"u8.ToArray()) };
        if (contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await _host.Http.SendAsync(request);
        response.StatusCode.Should().Be(HttpStatusCode.NoContent);
        response.Headers.CacheControl.Should().BeEquivalentTo(
            CacheControlHeaderValue.Parse("no-store, no-cache, no-transform, must-revalidate, max-age=0"));
        (await _host.PostAsync(Session + "/xhr")).Should().Be("a[\"x\"]\n");
    }

    [Fact]
    public async Task Lone_surrogates_come_back_as_they_were_sent()
    {
        await _host.PostAsync(Session + "/xhr");
        await SendAsync("[\"\\ud800\\u200c\\udfff\\ud83d\\ude00\"]");
        (await _host.PostAsync(Session + "/xhr")).Should().Be("a[\"\\ud800\\u200c\\udfff😀\"]\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_payload_over_the_limit_is_refused(bool isLengthTold)
    {
        await using var host = await TransportHost.StartAsync(options => options.MessageBytes = 2000);
        await host.PostAsync(Session + "/xhr");
        var request = new HttpRequestMessage(HttpMethod.Post, Session + "/xhr_send")
        {
            Content = new StringContent($"[\"{new string('x', 3000)}\"]"),
            Headers = { TransferEncodingChunked = !isLengthTold },
        };
        using var response = await host.Http.SendAsync(request);
        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await host.PostAsync(Session + "/xhr_send", "[\"fine\"]")).Should().BeEmpty();
        (await host.PostAsync(Session + "/xhr")).Should().Be("a[\"fine\"]\n");
    }

    [Fact]
    public async Task Sending_to_a_session_that_nobody_opened_is_not_found() =>
        (await SendAsync("[\"x\"]")).Should().Be(HttpStatusCode.NotFound);

    [Fact]
    public async Task Somebody_elses_session_is_not_found()
    {
        _host.Guard.WhoIs = context => new ClientOrigin(null, context.Request.Query["access_token"] is [{ } user] ? Token(user) : null);
        (await _host.PostAsync(Session + "/xhr?access_token=alice")).Should().Be("o\n");
        foreach (var query in new[] { "", "?access_token=bob" })
        {
            using var poll = await _host.SendAsync(HttpMethod.Post, Session + "/xhr" + query);
            poll.StatusCode.Should().Be(HttpStatusCode.NotFound);
            using var send = await _host.SendAsync(HttpMethod.Post, Session + "/xhr_send" + query, "[\"x\"]");
            send.StatusCode.Should().Be(HttpStatusCode.NotFound);
        }
        using var own = await _host.SendAsync(HttpMethod.Post, Session + "/xhr_send?access_token=alice", "[\"x\"]");
        own.StatusCode.Should().Be(HttpStatusCode.NoContent);
        _host.Guard.Checked.Should().Be(1, "only the first request opens a connection");
    }

    [Fact]
    public async Task Without_a_token_a_session_is_found_from_the_address_that_opened_it_alone()
    {
        _host.Guard.WhoIs = context => new ClientOrigin(IPAddress.Parse(context.Request.Headers["From"].ToString()), Token: null);
        using var opened = await _host.SendAsync(HttpMethod.Post, Session + "/xhr", body: null, ("From", "192.0.2.1"));
        opened.StatusCode.Should().Be(HttpStatusCode.OK);

        using var stranger = await _host.SendAsync(HttpMethod.Post, Session + "/xhr_send", "[\"x\"]", ("From", "192.0.2.2"));
        stranger.StatusCode.Should().Be(HttpStatusCode.NotFound);
        using var listener = await _host.SendAsync(HttpMethod.Post, Session + "/xhr", body: null, ("From", "192.0.2.2"));
        listener.StatusCode.Should().Be(HttpStatusCode.NotFound);
        using var own = await _host.SendAsync(HttpMethod.Post, Session + "/xhr_send", "[\"x\"]", ("From", "192.0.2.1"));
        own.StatusCode.Should().Be(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Messages_stay_in_the_order_in_which_they_were_sent()
    {
        await _host.PostAsync(Session + "/xhr");
        var got = "";
        for (var i = 0; i < 30; i++)
            await SendAsync($"[\"{i} \",\"and \"]");
        var sent = string.Concat(Enumerable.Range(0, 30).Select(i => $"{i} and "));
        while (got.Length < sent.Length)
            got += string.Concat(System.Text.Json.JsonSerializer.Deserialize<string[]>((await _host.PostAsync(Session + "/xhr"))[1..])!);
        got.Should().Be(sent);
    }

    [Fact]
    public async Task A_stopping_server_says_so_to_the_receiver()
    {
        using var stream = await StreamAsync();
        await stream.ReadLineAsync();
        await stream.ReadLineAsync();
        var stopping = _host.StopAsync();
        (await stream.ReadLineAsync()).Should().Be("c[1001,\"server is stopping\"]");
        await stopping;
    }

    [Fact]
    public async Task HTTP_1_0_gets_its_answer_without_chunks_and_the_end_by_the_close()
    {
        using var raw = await _host.ConnectAsync($"POST {Session}/xhr HTTP/1.0\nContent-Length: 0\n\n");
        var answer = Encoding.ASCII.GetString(await raw.ReadToEndAsync());
        answer.Should().StartWith("HTTP/1.1 200").And.EndWith("\r\n\r\no\n").And.NotContain("chunked");
    }

    [Fact]
    public async Task HTTP_1_1_keeps_the_socket_after_a_short_answer()
    {
        var request = $"POST {Session}/xhr HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n";
        using var raw = await _host.ConnectAsync(request);
        (await raw.ReadToAsync("\r\n0\r\n\r\n")).Should().Contain("Transfer-Encoding: chunked").And.Contain("o\n");
        await SendAsync("[\"x\"]");
        await raw.SendAsync(Encoding.ASCII.GetBytes(request.ReplaceLineEndings("\r\n")));
        (await raw.ReadToAsync("\r\n0\r\n\r\n")).Should().Contain("a[\"x\"]");
    }

    private static VerifiedToken Token(string user) =>
        new(new Caller(UserId.Parse(user), user, AvatarUrl: null, FrozenSet<string>.Empty), DateTimeOffset.MaxValue, TokenId: null, IssuedAt: null);

    private async Task<HttpStatusCode> SendAsync(string body)
    {
        using var response = await _host.SendAsync(HttpMethod.Post, Session + "/xhr_send", body);
        return response.StatusCode;
    }

    private async Task<StreamReader> StreamAsync()
    {
        var response = await _host.SendAsync(HttpMethod.Post, Session + "/xhr_streaming");
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }
}
