using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Chat.Tests.Journeys;

/// <summary>Programs post to a room by a webhook, which its moderators keep.</summary>
public sealed class WebhookJourneys(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly GatewayProcess _gateway = running.Process;
    private readonly RoomPeople _people = new(running.Process, running.Process);

    [Fact]
    public async Task Who_has_the_address_posts_in_the_webhooks_name_once_for_each_key_until_it_is_taken_away()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea", memberIds = new[] { _people.Bob } });
        await using var bob = await _people.ConnectAsync(_people.Bob);
        await bob.SubscribeAsync($"/topic/rooms/{room}", "room");
        var webhook = await MakeAsync(room, "빌드 서버");
        var url = UrlOf(webhook);
        var said = """{"text":"배포 완료","data":{"build":7},"idempotencyKey":"k-1"}""";

        var first = await PostAsync(url, said);
        var second = await PostAsync(url, said);
        var third = await PostAsync(url, """{"text":"by header"}""", "k-2");
        var fourth = await PostAsync(url, """{"text":"by header"}""", "k-2");
        var fifth = await PostAsync(url, """{"text":"without a key"}""");

        new[] { first, second, third, fourth, fifth }.Select(answer => answer.Status).Should().Equal(
            HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Created);
        var heard = new List<JsonElement>();
        for (var i = 0; i < 3; i++) heard.Add((await bob.ReadAsync()).Json.GetProperty("message"));
        heard.Select(m => m.GetProperty("text").GetString()).Should().Equal("배포 완료", "by header", "without a key");
        heard.Should().OnlyContain(m => m.GetProperty("type").GetString() == "SYSTEM");
        var sender = $$"""{"id":"webhook:{{webhook.GetProperty("id").GetString()}}","name":"빌드 서버","avatarUrl":null}""";
        heard.Select(m => m.GetProperty("sender").GetRawText()).Should().OnlyContain(raw => raw == sender);
        heard[0].GetProperty("data").GetRawText().Should().Be("""{"build":7}""");
        var history = await _people.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages", _people.Bob);
        history.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("sender").GetRawText()).Should().Equal(sender, sender, sender);

        (await _people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}/webhooks/{webhook.GetProperty("id").GetString()}", _people.Alice)).Should().Be("none");
        (await PostAsync(url, said)).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Moderators_keep_the_webhooks_and_the_secret_is_told_once()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea", memberIds = new[] { _people.Bob } });
        var webhook = await MakeAsync(room, "ci");
        var path = $"/rooms/{room}/webhooks";

        var listed = await _people.AskAsync(HttpMethod.Get, path, _people.Alice);
        listed.GetProperty("items").EnumerateArray().Single().GetRawText().Should().Be(
            $$"""{"id":"{{webhook.GetProperty("id").GetString()}}","name":"ci","createdBy":"{{_people.Alice}}","createdAt":"{{webhook.GetProperty("createdAt").GetString()}}"}""");
        listed.GetProperty("next").ValueKind.Should().Be(JsonValueKind.Null);
        (await _people.RefusedAsync(HttpMethod.Post, path, _people.Alice, new { name = " " })).Should().Be("invalid");
        (await _people.RefusedAsync(HttpMethod.Post, path, _people.Bob, new { name = "x" })).Should().Be("forbidden");
        (await _people.RefusedAsync(HttpMethod.Get, path, _people.Bob)).Should().Be("forbidden");
        (await _people.RefusedAsync(HttpMethod.Delete, $"{path}/{webhook.GetProperty("id").GetString()}", _people.Bob)).Should().Be("forbidden");
        (await _people.RefusedAsync(HttpMethod.Delete, $"{path}/x", _people.Alice)).Should().Be("none");
        var direct = (await _people.AskAsync(HttpMethod.Post, "/rooms/direct", _people.Alice, new { userId = _people.Carol })).GetProperty("id").GetString();
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{direct}/webhooks", _people.Alice, new { name = "x" })).Should().Be("invalid");
        for (var i = 1; i < 10; i++) await MakeAsync(room, $"{i}");
        (await _people.RefusedAsync(HttpMethod.Post, path, _people.Alice, new { name = "one too many" })).Should().Be("conflict");

        await _people.AskAsync(HttpMethod.Patch, $"/rooms/{room}/members/{_people.Bob}", _people.Alice, new { role = "owner" });
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{room}/leave", _people.Alice)).Should().Be("none");
        (await PostAsync(UrlOf(webhook), """{"text":"hers is still good"}""")).Status.Should().Be(HttpStatusCode.Created);
        (await _people.RefusedAsync(HttpMethod.Delete, $"{path}/{webhook.GetProperty("id").GetString()}", _people.Bob)).Should().Be("none");
    }

    [Fact]
    public async Task A_wrong_secret_and_a_webhook_that_is_not_there_are_told_in_the_same_words()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea" });
        var url = UrlOf(await MakeAsync(room, "ci"));
        var (id, secret) = (url.Segments[^2].TrimEnd('/'), url.Segments[^1]);
        var wrong = $"{(secret[0] == 'A' ? 'B' : 'A')}{secret[1..]}";

        var answers = new List<(HttpStatusCode Status, string Body)>();
        foreach (var path in (string[])[$"{id}/{wrong}", $"{Guid.CreateVersion7()}/{secret}", $"{Guid.CreateVersion7()}/{wrong}", $"x/{secret}", $"{id}/x", $"{id}/{new string('A', 2000)}", $"{id}/%20"])
            answers.Add(await PostAsync(new Uri(_gateway.Address, $"/api/v1/webhooks/{path}"), """{"text":"x"}"""));

        answers.Distinct().Should().ContainSingle().Which.Status.Should().Be(HttpStatusCode.NotFound);
        JsonElement.Parse(answers[0].Body).GetProperty("code").GetString().Should().Be("not_found");
        // No token makes up for it.
        (await _people.RefusedAsync(HttpMethod.Post, $"/webhooks/{id}/{wrong}", _people.Alice, new { text = "x" })).Should().Be("not_found");
        (await _people.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages", _people.Alice)).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task What_is_no_message_is_refused_and_so_is_what_is_too_large_too_fast_or_for_a_closed_room()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea" });
        var url = UrlOf(await MakeAsync(room, "ci"));

        foreach (var body in (string[])["", "x", "[]", "{}", """{"text":" "}""", """{"text":"x","data":[]}""", """{"text":"x","idempotencyKey":" "}"""])
            (await CodeAsync(url, body)).Should().Be("invalid", body);
        (await CodeAsync(url, """{"text":"x","idempotencyKey":"one"}""", "another")).Should().Be("invalid");
        (await CodeAsync(url, $$"""{"text":"{{new string('x', 70_000)}}"}""")).Should().Be("too_large");

        // Ten are not yet too many; one more than twenty within ten seconds is. What was refused above counts as well.
        var codes = new List<string>();
        for (var i = 0; i < 21; i++) codes.Add(await CodeAsync(url, """{"text":"fast"}"""));
        codes.Take(10).Should().OnlyContain(code => code == "none");
        codes[^1].Should().Be("rate_limited");

        var closed = await _people.MakeRoomAsync(new { name = "Closed" });
        var door = UrlOf(await MakeAsync(closed, "ci"));
        (await _people.RefusedAsync(HttpMethod.Delete, $"/rooms/{closed}", _people.Alice)).Should().Be("none");
        (await CodeAsync(door, """{"text":"x"}""")).Should().Be("forbidden");
    }

    [Fact]
    public async Task An_address_that_calls_too_often_is_held_back_before_anything_is_looked_up()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["Limits:WebhookCallsPerMinute"] = "2" });
        var url = new Uri(gateway.Address, $"/api/v1/webhooks/{Guid.CreateVersion7()}/guess");

        var codes = new List<string>();
        for (var i = 0; i < 3; i++) codes.Add(await CodeAsync(url, """{"text":"x"}"""));

        codes.Should().Equal("not_found", "not_found", "rate_limited");
    }

    [Fact]
    public async Task A_webhook_that_is_taken_away_while_its_message_is_on_the_way_posts_nothing()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea" });
        var webhook = await MakeAsync(room, "ci");
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, UrlOf(webhook));
        // The gateway asks for the body when it has found the webhook (RFC 9110, section 10.1.1).
        request.Headers.ExpectContinue = true;
        request.Content = new AwaitedContent(async () =>
        {
            (await _people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}/webhooks/{webhook.GetProperty("id").GetString()}", _people.Alice)).Should().Be("none");
            return """{"text":"too late"}""";
        });

        using var answer = await http.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await _people.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages", _people.Alice)).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    private Task<JsonElement> MakeAsync(string room, string name) => _people.AskAsync(HttpMethod.Post, $"/rooms/{room}/webhooks", _people.Alice, new { name });

    private Uri UrlOf(JsonElement webhook) => new(_gateway.Address, webhook.GetProperty("url").GetString());

    private static async Task<string> CodeAsync(Uri url, string body, string? key = null)
    {
        var (status, text) = await PostAsync(url, body, key);
        return status is HttpStatusCode.Created ? "none" : JsonElement.Parse(text).GetProperty("code").GetString()!;
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(Uri url, string body, string? key = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>JSON that is made when it is asked for.</summary>
    private sealed class AwaitedContent : HttpContent
    {
        private readonly Func<Task<string>> _make;

        public AwaitedContent(Func<Task<string>> make)
        {
            _make = make;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context) => await stream.WriteAsync(Encoding.UTF8.GetBytes(await _make()));

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
