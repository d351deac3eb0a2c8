using System.Net;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Journeys;

/// <summary>SockJS as the whole gateway serves it.</summary>
public sealed class SockJsJourneys(RunningGateway running) : IClassFixture<RunningGateway>
{
    [NeedsTheory(Server.Node)]
    [InlineData("sockjs")]
    [InlineData("xhr-streaming")]
    [InlineData("eventsource")]
    [InlineData("xhr-polling")]
    public async Task STOMP_goes_over_every_transport(string transport)
    {
        string[] arguments = ["--url", running.Process.StompUrl, "--transport", transport, "--token", TestTokens.Issue($"alice-{Guid.NewGuid():N}")];
        await using var script = NodeScript.Start("smoke.mjs", arguments);

        (await script.ReadAsync()).ToString().Should().Be("""{"event":"connected","version":"1.2"}""");
        (await script.ReadAsync()).ToString().Should().Be("""{"event":"disconnected"}""");
    }

    [Fact]
    public async Task The_services_of_the_protocols_tests_are_there_only_where_they_are_wanted()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["SockJs:TestServices"] = "true" });
        foreach (var service in new[] { "echo", "disabled_websocket_echo", "cookie_needed_echo", "close" })
        {
            (await PollAsync(gateway, service)).Should().Be((HttpStatusCode.OK, "o\n"));
            (await PollAsync(running.Process, service)).Status.Should().Be(HttpStatusCode.NotFound);
        }
        (await PollAsync(gateway, "ws")).Status.Should().Be(HttpStatusCode.Forbidden, "the door of the STOMP paths is not opened by that");
    }

    /// <summary>From a page of an origin that nobody allowed.</summary>
    private static async Task<(HttpStatusCode Status, string Body)> PollAsync(GatewayProcess gateway, string service)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, $"{service}/000/{Guid.NewGuid()}/xhr")) { Headers = { { "Origin", "https://a.example" } } };
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
