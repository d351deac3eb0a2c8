using System.Net;
using System.Net.Http.Json;
using Chat.Tests.Support;

namespace Chat.Tests.Journeys;

/// <summary>What somebody has begun to write, on several devices, against a running gateway.</summary>
public sealed class DraftJourneys(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly GatewayProcess _gateway = running.Process;

    [Fact]
    public async Task A_draft_is_on_all_devices_of_its_writer_until_it_is_cleared()
    {
        var (alice, bob) = (TestTokens.Issue($"alice-{Guid.NewGuid():N}"), TestTokens.Issue($"bob-{Guid.NewGuid():N}"));
        var room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", alice, new { name = "Tea", visibility = "public" })).GetProperty("id").GetString();
        await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/join", bob);
        await using var phone = await StompTestClient.ConnectAsync(_gateway.StompUrl, alice);
        await phone.SubscribeAsync("/user/queue/events", "e");
        await using var laptop = await StompTestClient.ConnectAsync(_gateway.StompUrl, alice);

        await laptop.SendAsync($"/app/rooms/{room}/draft", """{"text":"안녕, 내일"}""", "r-1");
        (await laptop.ReadAsync())["receipt-id"].Should().Be("r-1");
        var heard = (await phone.ReadAsync()).Json;
        var saved = await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/draft", alice);

        (heard.GetProperty("event").GetString(), heard.GetProperty("roomId").GetString(), heard.GetProperty("text").GetString()).Should().Be(("draft.changed", room, "안녕, 내일"));
        (saved.GetProperty("text").GetString(), saved.GetProperty("updatedAt").GetString()).Should().Be(("안녕, 내일", heard.GetProperty("updatedAt").GetString()));
        (await _gateway.AskAsync(HttpMethod.Get, "/me/drafts", alice)).GetProperty("items").EnumerateArray().Should().ContainSingle().Which.GetRawText().Should().Be(saved.GetRawText());
        (await StatusAsync(HttpMethod.Get, $"/rooms/{room}/draft", bob)).Should().Be(HttpStatusCode.NotFound);
        (await _gateway.AskAsync(HttpMethod.Get, "/me/drafts", bob)).GetProperty("items").GetArrayLength().Should().Be(0);

        (await StatusAsync(HttpMethod.Put, $"/rooms/{room}/draft", alice, new { text = "" })).Should().Be(HttpStatusCode.NoContent);
        (await phone.ReadAsync()).Json.GetProperty("event").GetString().Should().Be("draft.removed");
        (await StatusAsync(HttpMethod.Get, $"/rooms/{room}/draft", alice)).Should().Be(HttpStatusCode.NotFound);
        (await StatusAsync(HttpMethod.Delete, $"/rooms/{room}/draft", alice)).Should().Be(HttpStatusCode.NoContent);
        (await StatusAsync(HttpMethod.Put, $"/rooms/{room}/draft", alice, new { })).Should().Be(HttpStatusCode.BadRequest);
    }

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, string token, object? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var answer = await _gateway.CallAsync(method, path, token, content);
        return answer.StatusCode;
    }
}
