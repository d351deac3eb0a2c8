using System.Net;
using System.Text.Json;

namespace Chat.Tests.Journeys;

/// <summary>Finding messages over REST, on a running gateway.</summary>
public sealed class SearchJourneys(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly GatewayProcess _gateway = running.Process;
    private readonly string _alice = TestTokens.Issue($"alice-{Guid.NewGuid():N}");
    private readonly string _bob = TestTokens.Issue($"bob-{Guid.NewGuid():N}");

    [Fact]
    public async Task What_was_said_is_found_page_by_page_with_each_of_the_conditions()
    {
        var room = await MakeRoomAsync();
        for (var i = 0; i < 3; i++) await PostAsync(room, $"회의 {i} in 東京都庁");
        await FoundAsync("q=회의", 3);

        var first = await AskAsync($"/search?q={Uri.EscapeDataString("京都 회의")}&roomId={room}&hasAttachments=false&from=2020-01-01T00:00:00Z&to=2100-01-01&limit=2");
        TextsOf(first).Should().Equal("회의 2 in 東京都庁", "회의 1 in 東京都庁");
        var next = first.GetProperty("next").GetString();
        var second = await AskAsync($"/search?q={Uri.EscapeDataString("京都 회의")}&roomId={room}&limit=2&cursor={next}");
        TextsOf(second).Should().Equal("회의 0 in 東京都庁");
        second.GetProperty("next").ValueKind.Should().Be(JsonValueKind.Null);
        var me = (await AskAsync("/me")).GetProperty("id").GetString();
        TextsOf(await AskAsync($"/search?senderId={me}")).Should().HaveCount(3);
        TextsOf(await AskAsync($"/search?senderId={me}&hasAttachments=true")).Should().BeEmpty();
        TextsOf(await AskAsync("/search?q=회의&to=2020-01-01T00:00:00Z")).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_is_not_in_the_room_finds_nothing_in_it()
    {
        var room = await MakeRoomAsync();
        await PostAsync(room, "a secret plan");
        await FoundAsync("q=secret", 1);

        (await _gateway.AskAsync(HttpMethod.Get, "/search?q=secret", _bob)).GetProperty("items").GetArrayLength().Should().Be(0);
        await RefusedAsync($"/search?q=secret&roomId={room}", _bob, HttpStatusCode.Forbidden, "not_member");
        await RefusedAsync("/search?q=secret&roomId=no.such!room", _bob, HttpStatusCode.Forbidden, "not_member");
        await RefusedAsync("/search?q=secret", token: null, HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Theory]
    [InlineData("")]
    [InlineData("q=%20")]
    [InlineData("q=%3F%21")]
    [InlineData("q=a%00b")]
    [InlineData("q=x&limit=0")]
    [InlineData("q=x&limit=201")]
    [InlineData("q=x&cursor=never")]
    [InlineData("q=x&cursor=MSBhIC0x")] // 1 a -1
    [InlineData("q=x&from=yesterday")]
    [InlineData("q=x&hasAttachments=perhaps")]
    [InlineData("senderId=%20x")]
    [InlineData("from=2026-01-02&to=2026-01-01")]
    public async Task A_search_that_cannot_be_is_refused(string query) => await RefusedAsync($"/search?{query}", _alice, HttpStatusCode.BadRequest, "invalid");

    private async Task<string> MakeRoomAsync() =>
        (await _gateway.AskAsync(HttpMethod.Post, "/rooms", _alice, new { name = "Search" })).GetProperty("id").GetString()!;

    private Task<JsonElement> AskAsync(string path) => _gateway.AskAsync(HttpMethod.Get, path, _alice);

    private Task<JsonElement> PostAsync(string room, string text) => _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", _alice, new { text });

    /// <summary>Waits until the index has them.</summary>
    private Task FoundAsync(string query, int count) => EventuallyAsync(async () => TextsOf(await AskAsync($"/search?{query}")).Count >= count);

    private async Task RefusedAsync(string path, string? token, HttpStatusCode status, string code)
    {
        using var answer = await _gateway.CallAsync(HttpMethod.Get, path, token);
        answer.StatusCode.Should().Be(status);
        JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString().Should().Be(code);
    }

    private static IReadOnlyList<string?> TextsOf(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(message => message.GetProperty("text").GetString())];
}
