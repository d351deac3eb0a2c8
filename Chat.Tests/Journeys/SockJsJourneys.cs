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

    [NeedsFact(Server.Node)]
    public async Task The_iframe_page_loads_the_gateways_own_copy_of_the_library_which_has_its_licence_and_is_asked_about_anew()
    {
        using var http = new HttpClient { BaseAddress = running.Process.Address };
        (await http.GetStringAsync(new Uri("ws/iframe.html", UriKind.Relative))).Should().Contain("<script src=\"/sockjs/sockjs.min.js\"></script>");

        using var library = await http.GetAsync(new Uri("sockjs/sockjs.min.js", UriKind.Relative));
        library.StatusCode.Should().Be(HttpStatusCode.OK);
        library.Content.Headers.ContentType!.MediaType.Should().Be("text/javascript");
        library.Headers.CacheControl!.NoCache.Should().BeTrue("a page of the next release has another version of it");
        (await library.Content.ReadAsByteArrayAsync()).Should().Equal(await File.ReadAllBytesAsync(Path.Combine(NodeScript.ModulesFolder, "sockjs-client", "dist", "sockjs.min.js")));

        using var again = new HttpRequestMessage(HttpMethod.Get, "sockjs/sockjs.min.js") { Headers = { IfNoneMatch = { library.Headers.ETag! } } };
        using var known = await http.SendAsync(again);
        known.StatusCode.Should().Be(HttpStatusCode.NotModified);
        (await http.GetStringAsync(new Uri("sockjs/LICENSE.txt", UriKind.Relative))).Should().Contain("MIT");
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
