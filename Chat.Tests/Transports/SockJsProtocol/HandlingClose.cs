namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class HandlingClose(SockJsServices services) : SockJsSuite(services)
{
    private const string GoAway = "c[3000,\"Go away!\"]\n";
    private const string AnotherConnection = "c[2010,\"Another connection still open\"]\n";

    [Fact]
    public async Task Behind_the_close_the_request_ends_and_the_next_hears_the_same()
    {
        var session = NewSession("/close");
        using var first = await StreamAsync(session + "/xhr_streaming");
        await first.ShouldSayAsync(Prelude, "o\n", GoAway);
        using var second = await StreamAsync(session + "/xhr_streaming");
        await second.ShouldSayAsync(Prelude, GoAway);
        await first.ShouldEndAsync();
        await second.ShouldEndAsync();
    }

    [Fact]
    public async Task A_second_request_is_sent_away_and_ends()
    {
        var session = NewSession();
        using var first = await StreamAsync(session + "/xhr_streaming");
        await first.ShouldSayAsync(Prelude, "o\n");
        using var second = await StreamAsync(session + "/xhr_streaming");
        await second.ShouldSayAsync(Prelude, AnotherConnection);
        await second.ShouldEndAsync();
        await SayAsync(session, "[\"x\"]");
        await first.ShouldSayAsync("a[\"x\"]\n");
    }

    [Fact]
    public async Task A_stream_that_breaks_off_ends_the_session()
    {
        var session = NewSession();
        using (var first = await StreamAsync(session + "/xhr_streaming"))
        {
            await first.ShouldSayAsync(Prelude, "o\n");
            using var second = await StreamAsync(session + "/xhr_streaming");
            await second.ShouldSayAsync(Prelude, AnotherConnection);
        }
        (await PollUntilTheBreakIsSeenAsync(session)).ShouldBe(200, "o\n");
    }

    [Fact]
    public async Task A_poll_that_breaks_off_ends_the_session()
    {
        var session = NewSession();
        (await PostAsync(session + "/xhr")).ShouldBe(200, "o\n");
        var request = $"POST {session}/xhr HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n";
        // Whichever of the two comes second is sent away; the other waits, and is broken off.
        using (var one = await Host.ConnectAsync(request))
        using (var other = await Host.ConnectAsync(request))
        {
            var answer = await Task.WhenAny(one.ReadToAsync("\r\n0\r\n\r\n"), other.ReadToAsync("\r\n0\r\n\r\n"));
            (await answer).Should().Contain(AnotherConnection);
        }
        (await PollUntilTheBreakIsSeenAsync(session)).ShouldBe(200, "o\n");
    }

    /// <summary>The server learns of a break by its socket, soon but not at once.</summary>
    private async Task<SockJsAnswer> PollUntilTheBreakIsSeenAsync(string session)
    {
        using var deadline = new CancellationTokenSource(Patience);
        SockJsAnswer answer;
        do
        {
            deadline.Token.ThrowIfCancellationRequested();
            answer = await PostAsync(session + "/xhr");
        }
        // Or it had the session in its hand when that went.
        while (answer.Body is AnotherConnection or "");
        return answer;
    }
}
