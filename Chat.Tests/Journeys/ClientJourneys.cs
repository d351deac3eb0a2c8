using Chat.Tests.Support.Servers;

namespace Chat.Tests.Journeys;

/// <summary>
/// Real STOMP clients go through one list of cases (Chat.Tests/Clients/journeys/cases.mjs), with RabbitMQ and with the gateway: what they can do there they
/// can do here. Both columns are kept in TestResults/clients.md.
/// </summary>
public sealed class ClientJourneys(ClientServers servers) : IClassFixture<ClientServers>
{
    /// <summary>What RabbitMQ 3.10 fails by itself.</summary>
    private static readonly Dictionary<(string Client, string Case), string> ReferenceFails = new()
    {
        [("stompjs7", "disconnect")] = "Over WebSocket it closes without the RECEIPT of DISCONNECT.",
        [("Net::Stomp", "send_transactional")] = "It keeps a RECEIPT back until COMMIT, and the client keeps COMMIT back until the RECEIPT.",
    };

    [NeedsTheory(Server.RabbitMq, Server.Node)]
    [InlineData("stompjs7")]
    [InlineData("stompjs2")]
    [InlineData("webstomp")]
    public async Task A_client_over_WebSocket_can_do_with_the_gateway_what_it_can_do_with_RabbitMQ(string client) =>
        await Task.WhenAll(CheckReferenceAsync(client), CheckGatewayAsync(client));

    /// <summary>RabbitMQ has no SockJS any more: the reference is the same library over WebSocket.</summary>
    [NeedsTheory(Server.RabbitMq, Server.Node)]
    [InlineData("stompjs7 sockjs")]
    [InlineData("stompjs7 xhr-streaming")]
    [InlineData("stompjs7 xhr-polling")]
    [InlineData("stompjs2 sockjs")]
    [InlineData("webstomp sockjs")]
    public Task A_client_over_SockJS_can_do_the_same(string client) => CheckGatewayAsync(client);

    [NeedsTheory(Server.RabbitMq, Server.Node)]
    [InlineData("stompit")]
    public Task A_client_over_TCP_can_do_the_same(string client) => CheckOverTcpAsync(client);

    [NeedsFact(Server.RabbitMq, Server.Node, Server.StompPy)]
    public Task Stomp_py_can_do_the_same() => CheckOverTcpAsync("stomp.py");

    [NeedsFact(Server.RabbitMq, Server.Node, Server.NetStomp)]
    public Task Net_Stomp_can_do_the_same() => CheckOverTcpAsync("Net::Stomp");

    private Task CheckOverTcpAsync(string client) => Task.WhenAll(CheckReferenceAsync(client), CheckGatewayAsync(client, overTcp: true));

    /// <summary>A case that the reference fails beyond what is known of it is a wrong case.</summary>
    private async Task CheckReferenceAsync(string client)
    {
        var results = await servers.RunReferenceAsync(client);

        results.Where(result => result.Outcome == "pass").Should().NotBeEmpty();
        results.Where(result => result.Failed && !ReferenceFails.ContainsKey((client, result.Case))).Should().BeEmpty();
    }

    private async Task CheckGatewayAsync(string client, bool overTcp = false)
    {
        var results = await servers.RunGatewayAsync(client, overTcp);

        results.Where(result => result.Outcome == "pass").Should().NotBeEmpty();
        results.Where(result => result.Failed).Should().BeEmpty();
    }
}
