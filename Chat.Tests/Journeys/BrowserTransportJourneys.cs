using System.Text.Json;
using Chat.Tests.Support.Servers;
using Microsoft.Playwright;

namespace Chat.Tests.Journeys;

/// <summary>Pages in a real browser chat over one SockJS transport after the other, each told to take that and no other.</summary>
public sealed class BrowserTransportJourneys(BrowserServers servers) : IClassFixture<BrowserServers>
{
    /// <summary>More than a streaming response carries (SockJs:StreamingBytes), so that it ends on the way and the client asks anew.</summary>
    private static readonly string[] Texts = [.. Enumerable.Range(0, 50).Select(i => $"안녕 {i} 😀 " + new string((char)('a' + (i % 26)), 4_000))];

    [NeedsTheory(Server.Chromium, Server.Node)]
    [InlineData("websocket")]
    [InlineData("xhr-streaming")]
    [InlineData("xhr-polling")]
    [InlineData("eventsource")]
    [InlineData("htmlfile")]
    [InlineData("jsonp-polling")]
    [InlineData("iframe-eventsource")]
    [InlineData("iframe-htmlfile")]
    [InlineData("iframe-xhr-polling")]
    public async Task A_page_of_the_gateways_own_origin_chats(string transport) => await ChatAsync(await servers.OpenOwnPageAsync(), transport, "own");

    [NeedsTheory(Server.Chromium, Server.Node)]
    [InlineData("websocket")]
    [InlineData("xhr-streaming")]
    [InlineData("xhr-polling")]
    [InlineData("eventsource")]
    [InlineData("jsonp-polling")]
    [InlineData("iframe-eventsource")]
    [InlineData("iframe-htmlfile")]
    [InlineData("iframe-xhr-polling")]
    public async Task A_page_of_another_origin_chats(string transport) => await ChatAsync(await servers.OpenForeignPageAsync(), transport, "foreign");

    private async Task ChatAsync(IPage tab, string transport, string origin)
    {
        var token = TestTokens.Issue($"{origin}-{transport}");
        var room = await servers.Gateway.AskAsync(HttpMethod.Post, "/rooms", token, new { name = transport });
        var told = new { url = servers.Gateway.StompUrl, transport, token, room = room.GetProperty("id").GetString(), texts = Texts };

        var seen = await tab.EvaluateAsync<JsonElement>("chat", told).WaitAsync(Patience);

        seen.GetProperty("transport").GetString().Should().Be(transport);
        seen.GetProperty("texts").EnumerateArray().Select(text => text.GetString()).Should().Equal(Texts);
        seen.GetProperty("receipts").GetInt32().Should().Be(Texts.Length);
        seen.GetProperty("faults").EnumerateArray().Should().BeEmpty();
        seen.GetProperty("farewell").GetBoolean().Should().BeTrue();
        await tab.Context.CloseAsync();
    }
}
