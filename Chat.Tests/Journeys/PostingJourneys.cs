using System.Net;
using System.Text;
using System.Text.Json;
using Chat.Tests.Support;

namespace Chat.Tests.Journeys;

/// <summary>Replies, mentions, quotes, and what services say, against a running gateway.</summary>
public sealed class PostingJourneys(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly GatewayProcess _gateway = running.Process;
    private readonly string _alice = $"alice-{Guid.NewGuid():N}";
    private readonly string _bob = $"bob-{Guid.NewGuid():N}";

    [Fact]
    public async Task Who_is_mentioned_or_answered_hears_it_in_person_and_counts_it_until_reading()
    {
        var room = await MakeRoomAsync();
        await using var alice = await StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue(_alice));
        await using var bob = await StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue(_bob));
        await bob.SubscribeAsync("/user/queue/events", "e");
        await bob.SubscribeAsync("/user/queue/rooms", "l");
        await bob.SubscribeAsync($"/topic/rooms/{room}", "t");

        // Its order is kept although the first needs a look-up and the second does not.
        await alice.SendAsync($"/app/rooms/{room}/messages", $$"""{"text":"hello @{{_bob}}"}""", "r-1");
        await alice.SendAsync($"/app/rooms/{room}/messages", """{"text":"plain"}""", "r-2");
        (await ReadAsync(alice, 2)).Select(f => f["receipt-id"]).Should().Equal("r-1", "r-2");
        var toBob = await ReadAsync(bob, 5);

        toBob.Where(f => f["subscription"] == "t").Select(f => f.Json.GetProperty("message").GetProperty("text").GetString()).Should().Equal($"hello @{_bob}", "plain");
        var root = toBob.First(f => f["subscription"] == "t").Json.GetProperty("message");
        root.GetProperty("mentions").EnumerateArray().Select(m => m.GetString()).Should().Equal(_bob);
        toBob.Single(f => f["subscription"] == "e").Json.GetProperty("event").GetString().Should().Be("mention");
        toBob.Where(f => f["subscription"] == "l").Select(f => f.Json.GetProperty("mentionCount").GetInt32()).Should().Equal(1, 1);
        (await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}", TestTokens.Issue(_bob))).GetProperty("mentionCount").GetInt32().Should().Be(1);

        (await MentionsInSnapshotAsync()).Should().Be(1);

        await bob.SendAsync($"/app/rooms/{room}/read", """{"seq":4}""", "r-3");
        (await ReadAsync(bob, 2)).Single(f => f["subscription"] == "l").Json.GetProperty("mentionCount").GetInt32().Should().Be(0);
        var id = root.GetProperty("id").GetString();
        await bob.SendAsync($"/app/rooms/{room}/messages", $$"""{"type":"THREAD","threadRootId":"{{id}}","text":"here"}""", "r-4");
        var own = (await ReadAsync(bob, 3)).ToList();
        await alice.SubscribeAsync("/user/queue/events", "e");
        await bob.SendAsync($"/app/rooms/{room}/messages", $$"""{"type":"THREAD","threadRootId":"{{id}}","text":"and there"}""", "r-5");
        (await alice.ReadAsync()).Json.Should().Match<JsonElement>(n =>
            n.GetProperty("event").GetString() == "thread.reply" && n.GetProperty("replyCount").GetInt32() == 2 && n.GetProperty("threadRootId").GetString() == id);
        own.Concat(await ReadAsync(bob, 3)).Where(f => f["subscription"] == "t").Select(f => f.Json.GetProperty("thread").GetProperty("replyCount").GetInt32()).Should().Equal(1, 2);

        var thread = await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages/{id}/thread?limit=2", TestTokens.Issue(_alice));
        thread.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("text").GetString()).Should().Equal($"hello @{_bob}", "here");
        var rest = await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages/{id}/thread?after={thread.GetProperty("next").GetString()}", TestTokens.Issue(_alice));
        rest.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("text").GetString()).Should().Equal("and there");

        async Task<int> MentionsInSnapshotAsync()
        {
            await bob.SendAsync($"SUBSCRIBE\nid:s\ndestination:/app/rooms/{room}\n\n\0");
            return (await bob.ReadAsync()).Json.GetProperty("room").GetProperty("mentionCount").GetInt32();
        }
    }

    [Fact]
    public async Task Whom_an_edit_mentions_counts_it_at_once_and_whom_it_mentions_no_more_does_not()
    {
        var room = await MakeRoomAsync();
        var (alice, bob) = (TestTokens.Issue(_alice), TestTokens.Issue(_bob));
        var message = (await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", alice, new { text = "hello" })).GetProperty("id").GetString();
        var newest = (await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", alice, new { text = "newest" })).GetProperty("id").GetString();
        await using var phone = await StompTestClient.ConnectAsync(_gateway.StompUrl, bob);
        await phone.SubscribeAsync("/user/queue/rooms", "l");
        await phone.SubscribeAsync($"/topic/rooms/{room}", "t");

        (await EditAsync(message, $"hello @{_bob}")).Should().Be(("read", 1, _bob));
        (await EditAsync(newest, "@all")).Should().Be(("message", 2, null));
        (await EditAsync(message, "hello all the same")).Should().Be(("read", 1, null));
        using var deleted = await _gateway.CallAsync(HttpMethod.Delete, $"/rooms/{room}/messages/{newest}", alice);
        (await ReadAsync(phone, 2)).Single(f => f["subscription"] == "l").Json.GetProperty("mentionCount").GetInt32().Should().Be(0);
        (await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}", bob)).GetProperty("mentionCount").GetInt32().Should().Be(0);

        async Task<(string? Change, int MentionCount, string? Mentioned)> EditAsync(string? id, string text)
        {
            await _gateway.AskAsync(HttpMethod.Patch, $"/rooms/{room}/messages/{id}", alice, new { text });
            var told = await ReadAsync(phone, 2);
            var listed = told.Single(f => f["subscription"] == "l").Json;
            var edited = told.Single(f => f["subscription"] == "t").Json.GetProperty("message");
            (await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}", bob)).GetProperty("mentionCount").GetInt32().Should().Be(listed.GetProperty("mentionCount").GetInt32());
            return (listed.GetProperty("change").GetString(), listed.GetProperty("mentionCount").GetInt32(), edited.GetProperty("mentions").EnumerateArray().Select(m => m.GetString()).SingleOrDefault());
        }
    }

    [Fact]
    public async Task What_is_marked_as_unread_counts_its_mentions_again_at_once()
    {
        var room = await MakeRoomAsync();
        var (alice, bob) = (TestTokens.Issue(_alice), TestTokens.Issue(_bob));
        foreach (var text in new[] { $"@{_bob}", "plain", "@all" }) await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", alice, new { text });
        await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/read", bob, new { seq = 5 });
        await using var phone = await StompTestClient.ConnectAsync(_gateway.StompUrl, bob);
        await phone.SubscribeAsync("/user/queue/rooms", "l");

        // What was read before the list was watched is counted as well.
        foreach (var (seq, unread, mentioned) in new[] { (5, 1, 1), (4, 2, 1), (3, 3, 2) })
        {
            await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/unread", bob, new { seq });
            (await phone.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("change").GetString() == "read" && j.GetProperty("lastReadSeq").GetInt64() == seq - 1
                && j.GetProperty("unreadCount").GetInt32() == unread && j.GetProperty("mentionCount").GetInt32() == mentioned);
        }
    }

    [Fact]
    public async Task A_post_is_refused_for_what_it_may_not_be_and_a_stranger_learns_nothing()
    {
        var room = await MakeRoomAsync();
        var message = await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", TestTokens.Issue(_alice), new { text = "root" });
        var id = message.GetProperty("id").GetString();

        (await CodeAsync(_alice, $"/rooms/{room}/messages", """{"type":"SYSTEM","text":"x"}""")).Should().Be((HttpStatusCode.Forbidden, "forbidden"));
        (await CodeAsync(_alice, $"/rooms/{room}/messages", """{"type":"IMAGE","text":"x","attachmentIds":["f"]}""")).Should().Be((HttpStatusCode.NotFound, "not_found"));
        (await CodeAsync(_alice, $"/rooms/{room}/messages", """{"type":"SONG","text":"x"}""")).Should().Be((HttpStatusCode.BadRequest, "invalid"));
        string[] idsOfNothing =
        [
            """{"text":"x","quoteId":"none"}""",
            """{"type":"THREAD","text":"x","threadRootId":"none"}""",
            """{"forward":{"roomId":"no room","messageId":"none"}}""",
            $$$"""{"forward":{"roomId":"{{{room}}}"}}""",
        ];
        foreach (var body in idsOfNothing)
        {
            (await CodeAsync(_alice, $"/rooms/{room}/messages", body)).Should().Be((HttpStatusCode.NotFound, "not_found"), body);
            (await CodeAsync("stranger", $"/rooms/{room}/messages", body)).Should().Be((HttpStatusCode.Forbidden, "not_member"), body);
            (await CodeAsync("stranger", "/rooms/nowhere/messages", body)).Should().Be((HttpStatusCode.Forbidden, "not_member"), body);
        }
        (await CodeAsync("stranger", $"/rooms/{room}/messages", $$"""{"type":"THREAD","threadRootId":"{{id}}","text":"x"}""")).Should().Be((HttpStatusCode.Forbidden, "not_member"));
        (await CodeAsync("stranger", $"/rooms/{room}/messages", $$"""{"text":"x","quoteId":"{{id}}"}""")).Should().Be((HttpStatusCode.Forbidden, "not_member"));
        using var reading = await _gateway.CallAsync(HttpMethod.Get, $"/rooms/{room}/messages/{id}/thread", TestTokens.Issue("stranger"));
        reading.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_service_has_the_system_say_something_once_by_REST_or_by_STOMP()
    {
        var room = await MakeRoomAsync();
        await using var bob = await StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue(_bob));
        await bob.SubscribeAsync($"/topic/rooms/{room}", "t");
        await using var service = await StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue("shop", "service"));
        await service.SubscribeAsync("/user/queue/errors", "e");
        var said = $$"""{"idempotencyKey":"k-1","roomId":"{{room}}","text":"Your order is on its way.","data":{ "order": "주문 <7>" } }""";

        using var first = await _gateway.CallAsync(HttpMethod.Post, "/system-messages", TestTokens.Issue("shop", "service"), JsonOf(said));
        using var second = await _gateway.CallAsync(HttpMethod.Post, "/system-messages", TestTokens.Issue("shop", "service"), JsonOf(said));
        await service.SendAsync("/queue/chat.system", said, "r-1");
        await service.SendAsync("/queue/chat.system", said.Replace("k-1", "k-2", StringComparison.Ordinal), "r-2");
        await service.SendAsync("/queue/chat.system", """{"idempotencyKey":"k-3","roomId":"nowhere","text":"x"}""", "r-3");
        var answers = await ReadAsync(service, 3);

        (first.StatusCode, second.StatusCode).Should().Be((HttpStatusCode.Created, HttpStatusCode.OK));
        answers.Where(f => f.Command == "RECEIPT").Select(f => f["receipt-id"]).Should().Equal("r-1", "r-2");
        answers.Single(f => f.Command == "MESSAGE").Json.GetProperty("code").GetString().Should().Be("not_found");
        var heard = (await ReadAsync(bob, 2)).Select(f => f.Json.GetProperty("message")).ToList();
        heard.Should().OnlyContain(m => m.GetProperty("type").GetString() == "SYSTEM" && m.GetProperty("sender").GetProperty("id").GetString() == "system"
            && m.GetProperty("data").GetRawText() == """{"order":"주문 <7>"}""");
        heard.Select(m => m.GetProperty("clientMessageId").GetString()).Should().Equal("k-1", "k-2");
        (await CodeAsync(_alice, "/system-messages", said)).Should().Be((HttpStatusCode.Forbidden, "forbidden"));
        (await CodeAsync("shop", "/system-messages", said.Replace("\"k-1\"", "null", StringComparison.Ordinal), "service")).Should().Be((HttpStatusCode.BadRequest, "invalid"));
        (await CodeAsync("shop", "/system-messages", said.Replace("{ \"order\": \"주문 <7>\" }", "[]", StringComparison.Ordinal), "service")).Should().Be((HttpStatusCode.BadRequest, "invalid"));
    }

    private async Task<(HttpStatusCode Status, string? Code)> CodeAsync(string user, string path, string json, params string[] roles)
    {
        using var answer = await _gateway.CallAsync(HttpMethod.Post, path, TestTokens.Issue(user, roles), JsonOf(json));
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString());
    }

    private async Task<string> MakeRoomAsync() =>
        (await _gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(_alice), new { name = "Tea", memberIds = new[] { _bob } })).GetProperty("id").GetString()!;

    private static async Task<IReadOnlyList<TestFrame>> ReadAsync(StompTestClient client, int count)
    {
        var frames = new List<TestFrame>();
        while (frames.Count < count) frames.Add(await client.ReadAsync());
        return frames;
    }

    private static StringContent JsonOf(string json) => new(json, Encoding.UTF8, "application/json");
}
