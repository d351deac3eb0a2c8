using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Tests.Support;

namespace Chat.Tests.Journeys;

/// <summary>What becomes of messages, against a running gateway.</summary>
public sealed class MessageJourneys(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly GatewayProcess _gateway = running.Process;
    private readonly string _alice = $"alice-{Guid.NewGuid():N}";
    private readonly string _bob = $"bob-{Guid.NewGuid():N}";

    [Fact]
    public async Task What_becomes_of_a_message_is_told_to_everybody_in_order()
    {
        var (room, message) = await PostedAsync();
        await using var alice = await ConnectAsync(_alice);
        await using var bob = await ConnectAsync(_bob);
        await bob.SubscribeAsync($"/topic/rooms/{room}", "b");

        var to = $"/app/rooms/{room}/messages/{message}";
        var seen = new List<JsonElement>();
        await DoneAsync(alice, $"{to}/edit", """{"text":"hello there"}""");
        await DoneAsync(alice, $"{to}/edit", """{"text":"hello there"}""");
        await DoneAsync(bob, $"/app/rooms.{room}.messages.{message}.reactions", """{"emoji":"👍","op":"add"}""", seen);
        await DoneAsync(alice, $"{to}/pin", "");
        await DoneAsync(alice, $"{to}/unpin", "");
        await DoneAsync(alice, $"{to}/pin", "");
        await DoneAsync(bob, $"{to}/reactions", """{"emoji":"👍","op":"remove"}""", seen);
        await DoneAsync(alice, $"{to}/delete", "");

        string[] names =
        [
            "message.edited", "message.reacted", "message.pinned", "message.unpinned", "message.pinned", "message.reacted", "message.unpinned", "message.deleted",
        ];
        while (seen.Count < names.Length) seen.Add((await bob.ReadAsync()).Json);
        seen.Select(e => e.GetProperty("event").GetString()).Should().Equal(names);
        seen.Select(e => e.GetProperty("seq").GetInt64()).Should().Equal(4, 5, 6, 7, 8, 9, 10, 11);
        await using var late = await ConnectAsync(_bob);
        await late.SendAsync($"SUBSCRIBE\nid:late\ndestination:/topic/rooms/{room}\nsince:3\n\n\0");
        foreach (var name in names) (await late.ReadAsync()).Json.GetProperty("event").GetString().Should().Be(name);

        seen[0].GetProperty("message").GetProperty("text").GetString().Should().Be("hello there");
        seen[1].GetProperty("message").GetProperty("reactions")[0].GetProperty("userIds")[0].GetString().Should().Be(_bob);
        seen[2].GetProperty("message").GetProperty("pinned").GetBoolean().Should().BeTrue();
        var (unpinned, deleted) = (seen[6], seen[7]);
        unpinned.GetProperty("message").GetProperty("text").ValueKind.Should().Be(JsonValueKind.Null);
        deleted.GetProperty("message").Should().Match<JsonElement>(m => m.GetProperty("text").ValueKind == JsonValueKind.Null && !m.GetProperty("pinned").GetBoolean()
            && m.GetProperty("deletedAt").ValueKind == JsonValueKind.String && m.GetProperty("rev").GetInt64() == 11 && m.GetProperty("seq").GetInt64() == 3);
    }

    [Fact]
    public async Task REST_does_the_same_and_shows_history_pins_and_readers()
    {
        var (room, message) = await PostedAsync();
        var (alice, bob) = (TestTokens.Issue(_alice), TestTokens.Issue(_bob));
        var path = $"/rooms/{room}/messages/{message}";

        (await _gateway.AskAsync(HttpMethod.Patch, path, alice, new { text = "hello there" })).GetProperty("text").GetString().Should().Be("hello there");
        (await _gateway.AskAsync(HttpMethod.Get, path, bob)).GetProperty("rev").GetInt64().Should().Be(4);
        var edits = await _gateway.AskAsync(HttpMethod.Get, $"{path}/edits?limit=1", alice);
        edits.GetProperty("items").EnumerateArray().Single().GetProperty("text").GetString().Should().Be("hello");
        (await _gateway.AskAsync(HttpMethod.Get, $"{path}/edits?limit=1&cursor={edits.GetProperty("next").GetString()}", alice)).GetProperty("items").GetArrayLength().Should().Be(0);

        var reacted = await _gateway.AskAsync(HttpMethod.Put, $"{path}/reactions/{Uri.EscapeDataString("❤️")}", bob);
        reacted.GetProperty("reactions").EnumerateArray().Single().GetProperty("userIds").EnumerateArray().Single().GetString().Should().Be(_bob);
        await StatusAsync(HttpMethod.Delete, $"{path}/reactions/{Uri.EscapeDataString("❤️")}", bob, HttpStatusCode.NoContent);

        (await _gateway.AskAsync(HttpMethod.Put, $"/rooms/{room}/pins/{message}", alice)).GetProperty("pinned").GetBoolean().Should().BeTrue();
        (await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/pins", bob)).GetProperty("items").EnumerateArray().Single().GetProperty("id").GetString().Should().Be(message);
        await using (var client = await ConnectAsync(_bob))
        {
            await client.SendAsync($"SUBSCRIBE\nid:1\ndestination:/app/rooms/{room}\n\n\0");
            (await client.ReadAsync()).Json.GetProperty("pins").EnumerateArray().Single().GetProperty("id").GetString().Should().Be(message);
        }

        (await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/read", bob, new { seq = 3 })).GetProperty("unreadCount").GetInt64().Should().Be(0);
        var readers = await _gateway.AskAsync(HttpMethod.Get, $"{path}/readers", alice);
        readers.GetProperty("count").GetInt64().Should().Be(1);
        readers.GetProperty("items").EnumerateArray().Single().GetProperty("userId").GetString().Should().Be(_bob);

        await StatusAsync(HttpMethod.Delete, $"/rooms/{room}/pins/{message}", alice, HttpStatusCode.NoContent);
        await StatusAsync(HttpMethod.Delete, path, alice, HttpStatusCode.NoContent);
        await StatusAsync(HttpMethod.Delete, path, alice, HttpStatusCode.NoContent);
        (await _gateway.AskAsync(HttpMethod.Get, path, bob)).GetProperty("text").ValueKind.Should().Be(JsonValueKind.Null);
        await StatusAsync(HttpMethod.Patch, path, alice, HttpStatusCode.NotFound, new { text = "back again" });
    }

    [Fact]
    public async Task No_route_is_open_to_who_is_no_member_and_no_id_gives_away_what_exists()
    {
        var (room, message) = await PostedAsync();
        await StatusAsync(HttpMethod.Post, $"/rooms/{room}/leave", TestTokens.Issue(_bob), HttpStatusCode.NoContent);
        foreach (var token in new[] { TestTokens.Issue(_bob), TestTokens.Issue($"stranger-{Guid.NewGuid():N}") })
        {
            foreach (var (at, mid) in new[] { (room, message), (room, "nonsense"), ("nowhere", message), ("no.room", "nonsense") })
            {
                foreach (var (method, path, body) in Routes(at, mid))
                    (await CodeAsync(method, path, token, body)).Should().Be((HttpStatusCode.Forbidden, "not_member"), $"{method} {path}");
            }
        }

        foreach (var (method, path, body) in Routes(room, "nonsense").Where(route => route.Path.Contains("nonsense", StringComparison.Ordinal)))
            (await CodeAsync(method, path, TestTokens.Issue(_alice), body)).Should().Be((HttpStatusCode.NotFound, "not_found"), $"{method} {path}");
    }

    [Fact]
    public async Task What_a_member_may_not_do_is_refused_by_STOMP_and_REST_alike()
    {
        var (room, message) = await PostedAsync();
        await using var bob = await ConnectAsync(_bob);
        await bob.SubscribeAsync("/user/queue/errors", "errors");
        var to = $"/app/rooms/{room}/messages/{message}";

        (await RefusedAsync(bob, $"{to}/edit", """{"text":"mine"}""")).Should().Be("forbidden");
        (await RefusedAsync(bob, $"{to}/delete", "")).Should().Be("forbidden");
        (await RefusedAsync(bob, $"{to}/pin", "")).Should().Be("forbidden");
        (await RefusedAsync(bob, $"{to}/reactions", """{"emoji":"a","op":"add"}""")).Should().Be("invalid");
        (await RefusedAsync(bob, $"{to}/reactions", """{"emoji":"👍","op":"toggle"}""")).Should().Be("invalid");
        (await RefusedAsync(bob, $"{to}/edit", "no json")).Should().Be("invalid");
        (await RefusedAsync(bob, $"/app/rooms/{room}/messages/{Guid.NewGuid()}/pin", "")).Should().Be("not_found");
        (await RefusedAsync(bob, $"/app/rooms/{room}/unread", """{"seq":0}""")).Should().Be("invalid");
        (await RefusedAsync(bob, $"/app/rooms/nowhere/messages/{message}/delete", "")).Should().Be("not_member");

        var token = TestTokens.Issue(_bob);
        (await CodeAsync(HttpMethod.Patch, $"/rooms/{room}/messages/{message}", token, new { text = "mine" })).Code.Should().Be("forbidden");
        (await CodeAsync(HttpMethod.Get, $"/rooms/{room}/messages/{message}/edits", token, body: null)).Code.Should().Be("forbidden");
        (await CodeAsync(HttpMethod.Put, $"/rooms/{room}/messages/{message}/reactions/x", token, body: null)).Code.Should().Be("invalid");
    }

    [Fact]
    public async Task The_room_list_tells_of_what_becomes_of_the_newest_message_and_of_what_is_unread_again()
    {
        var (room, older) = await PostedAsync();
        var newest = await PostAsync(room, "news");
        await using var phone = await ConnectAsync(_bob);
        await phone.SubscribeAsync("/user/queue/rooms", "rooms");
        await using var laptop = await ConnectAsync(_bob);

        await DoneAsync(laptop, $"/app/rooms/{room}/read", """{"seq":4}""");
        (await phone.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("change").GetString() == "read" && j.GetProperty("lastReadSeq").GetInt64() == 4 && j.GetProperty("unreadCount").GetInt64() == 0);
        await DoneAsync(laptop, $"/app/rooms/{room}/unread", """{"seq":3}""");
        (await phone.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("change").GetString() == "read" && j.GetProperty("lastReadSeq").GetInt64() == 2 && j.GetProperty("unreadCount").GetInt64() == 2);

        var alice = TestTokens.Issue(_alice);
        await _gateway.AskAsync(HttpMethod.Patch, $"/rooms/{room}/messages/{older}", alice, new { text = "not in the list" });
        await _gateway.AskAsync(HttpMethod.Patch, $"/rooms/{room}/messages/{newest}", alice, new { text = "other news" });
        (await phone.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("change").GetString() == "message" && j.GetProperty("unreadCount").GetInt64() == 2
            && j.GetProperty("event").GetProperty("event").GetString() == "message.edited" && j.GetProperty("event").GetProperty("message").GetProperty("text").GetString() == "other news");
        await StatusAsync(HttpMethod.Delete, $"/rooms/{room}/messages/{newest}", alice, HttpStatusCode.NoContent);
        (await phone.ReadAsync()).Json.GetProperty("event").GetProperty("event").GetString().Should().Be("message.deleted");
        (await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}", alice)).GetProperty("lastMessage").GetProperty("text").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task What_is_unread_again_counts_its_mentions_in_a_list_that_began_when_it_was_read()
    {
        var (room, _) = await PostedAsync();
        await PostAsync(room, $"look, @{_bob}");
        var bob = TestTokens.Issue(_bob);
        await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/read", bob, new { seq = 4 });
        await using var phone = await ConnectAsync(_bob);
        await phone.SubscribeAsync("/user/queue/rooms", "rooms");

        await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/unread", bob, new { seq = 4 });

        (await phone.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("change").GetString() == "read" && j.GetProperty("lastReadSeq").GetInt64() == 3
            && j.GetProperty("unreadCount").GetInt64() == 1 && j.GetProperty("mentionCount").GetInt32() == 1);
    }

    private static IEnumerable<(HttpMethod Method, string Path, object? Body)> Routes(string room, string message) =>
    [
        (HttpMethod.Get, $"/rooms/{room}/messages/{message}", null),
        (HttpMethod.Patch, $"/rooms/{room}/messages/{message}", new { text = "x" }),
        (HttpMethod.Delete, $"/rooms/{room}/messages/{message}", null),
        (HttpMethod.Get, $"/rooms/{room}/messages/{message}/edits", null),
        (HttpMethod.Get, $"/rooms/{room}/messages/{message}/readers", null),
        (HttpMethod.Put, $"/rooms/{room}/messages/{message}/reactions/👍", null),
        (HttpMethod.Delete, $"/rooms/{room}/messages/{message}/reactions/👍", null),
        (HttpMethod.Put, $"/rooms/{room}/pins/{message}", null),
        (HttpMethod.Delete, $"/rooms/{room}/pins/{message}", null),
        (HttpMethod.Get, $"/rooms/{room}/pins", null),
        (HttpMethod.Post, $"/rooms/{room}/read", new { seq = 1 }),
        (HttpMethod.Post, $"/rooms/{room}/unread", new { seq = 1 }),
    ];

    /// <summary>Sends, and waits for the RECEIPT. Events that come before it are kept.</summary>
    private static async Task DoneAsync(StompTestClient client, string destination, string body, List<JsonElement>? events = null)
    {
        var receipt = Guid.NewGuid().ToString("N");
        await client.SendAsync(destination, body, receipt);
        while (true)
        {
            var frame = await client.ReadAsync();
            if (frame["receipt-id"] == receipt) return;
            frame.Command.Should().Be("MESSAGE");
            events.Should().NotBeNull();
            events!.Add(frame.Json);
        }
    }

    private static async Task<string?> RefusedAsync(StompTestClient client, string destination, string body)
    {
        await client.SendAsync(destination, body, "r");
        return (await client.ReadAsync()).Json.GetProperty("code").GetString();
    }

    private async Task<(HttpStatusCode Status, string? Code)> CodeAsync(HttpMethod method, string path, string token, object? body)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var answer = await _gateway.CallAsync(method, path, token, content);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString());
    }

    private async Task StatusAsync(HttpMethod method, string path, string token, HttpStatusCode status, object? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var answer = await _gateway.CallAsync(method, path, token, content);
        answer.StatusCode.Should().Be(status);
    }

    private async Task<(string Room, string Message)> PostedAsync()
    {
        var room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(_alice), new { name = "Tea", memberIds = new[] { _bob } })).GetProperty("id").GetString()!;
        return (room, await PostAsync(room, "hello"));
    }

    private async Task<string> PostAsync(string room, string text) =>
        (await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", TestTokens.Issue(_alice), new { text })).GetProperty("id").GetString()!;

    private Task<StompTestClient> ConnectAsync(string user) => StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue(user));
}
