namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class Protocol(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public async Task A_session_opens_and_brings_back_what_was_sent()
    {
        var session = NewSession();
        (await PostAsync(session + "/xhr")).ShouldBe(200, "o\n");
        await SayAsync(session, "[\"a\"]");
        (await PostAsync(session + "/xhr")).ShouldBe(200, "a[\"a\"]\n");

        (await PostBodyAsync("/echo/000/bad_session/xhr_send", "[\"a\"]")).Status.Should().Be(404);
    }

    [Fact]
    public async Task A_closed_session_says_so_to_everyone_who_comes()
    {
        var session = NewSession("/close");
        (await PostAsync(session + "/xhr")).ShouldBe(200, "o\n");
        (await PostAsync(session + "/xhr")).ShouldBe(200, "c[3000,\"Go away!\"]\n");
        (await PostAsync(session + "/xhr")).ShouldBe(200, "c[3000,\"Go away!\"]\n");
    }
}
