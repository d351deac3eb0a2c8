using System.Net;
using System.Text;
using System.Text.Json;
using Chat.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Tests.Journeys;

/// <summary>What people do, against a running gateway, frame by frame.</summary>
public sealed class ConversationJourneys(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly GatewayProcess _gateway = running.Process;
    private readonly string _alice = $"alice-{Guid.NewGuid():N}";
    private readonly string _bob = $"bob-{Guid.NewGuid():N}";

    [Fact]
    public async Task CONNECTED_tells_version_heart_beats_session_and_user()
    {
        await using var client = await StompTestClient.OpenAsync(_gateway.StompUrl);
        await client.SendAsync($"STOMP\naccept-version:1.0,1.1,1.2\nhost:h\nheart-beat:5000,20000\nlogin:jwt\npasscode:{TestTokens.Issue(_alice)}\nreceipt:never\n\n\0");
        (await client.ReadAsync()).Should().Match<TestFrame>(f =>
            f.Command == "CONNECTED" && f["version"] == "1.2" && f["heart-beat"] == "10000,10000" && f["session"]!.Length > 0
            && f["server"]!.StartsWith("ChatStomp/") && f["user-name"] == _alice);
    }

    [Fact]
    public async Task A_token_at_the_handshake_is_enough()
    {
        await using var client = await StompTestClient.OpenAsync($"{_gateway.StompUrl}?access_token={TestTokens.Issue(_alice)}");
        await client.SendAsync("CONNECT\naccept-version:1.1\n\n\0");
        (await client.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "CONNECTED" && f["user-name"] == _alice);
    }

    [Fact]
    public async Task Everybody_in_the_room_gets_the_same_event_and_a_repeat_is_no_event()
    {
        var room = await MakeRoomAsync();
        await using var alice = await ConnectAsync(_alice);
        await using var bob = await ConnectAsync(_bob);
        await alice.SubscribeAsync($"/topic/rooms.{room}", "a");
        await bob.SubscribeAsync($"/topic/rooms/{room}", "b");

        await alice.SendAsync($"/app/rooms/{room}/messages", """{"clientMessageId":"c-1","text":"안녕 😀"}""", "r-1");
        await alice.SendAsync($"/app/rooms/{room}/messages", """{"clientMessageId":"c-1","text":"안녕 😀"}""", "r-2");
        await alice.SendAsync($"SEND\ndestination:/app/rooms.{room}.messages\ncontent-type:text/plain;charset=utf-8\nclient-message-id:c-2\nreceipt:r-3\n\nplain {{text}}\0");

        var toAlice = await ReadAsync(alice, 5);
        var toBob = await ReadAsync(bob, 2);
        toAlice.Where(f => f.Command == "RECEIPT").Select(f => f["receipt-id"]).Should().BeEquivalentTo("r-1", "r-2", "r-3");
        var events = toAlice.Where(f => f.Command == "MESSAGE").ToList();
        events.Should().OnlyContain(f => f["destination"] == $"/topic/rooms.{room}" && f["subscription"] == "a");
        toBob.Should().OnlyContain(f => f["destination"] == $"/topic/rooms/{room}" && f["subscription"] == "b");
        events.Select(f => (f.Body, f["seq"], f["message-id"])).Should().Equal(toBob.Select(f => (f.Body, f["seq"], f["message-id"])));
        events.Select(f => f.Json.GetProperty("seq").GetInt64()).Should().Equal(3, 4);
        events.Select(f => f.Json.GetProperty("message").GetProperty("text").GetString()).Should().Equal("안녕 😀", "plain {text}");
        events[0].Json.GetProperty("message").GetProperty("sender").GetProperty("name").GetString().Should().Be($"{_alice} of the tests");
    }

    [Fact]
    public async Task Since_replays_what_was_missed_and_what_cannot_be_honoured_is_a_reset()
    {
        var room = await MakeRoomAsync();
        for (var i = 0; i < 5; i++) await PostAsync(room, $"{i}");
        await using var bob = await ConnectAsync(_bob);

        await bob.SendAsync($"SUBSCRIBE\nid:1\ndestination:/topic/rooms/{room}\nsince:4\n\n\0");
        (await ReadAsync(bob, 3)).Select(f => f["seq"]).Should().Equal("5", "6", "7");
        await bob.SendAsync("UNSUBSCRIBE\nid:1\n\n\0");

        await bob.SendAsync($"SUBSCRIBE\nid:2\ndestination:/topic/rooms/{room}\nsince:99\n\n\0");
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("event").GetString() == "room.reset" && j.GetProperty("headSeq").GetInt64() == 7);
        await bob.SendAsync("UNSUBSCRIBE\nid:2\n\n\0");

        await bob.SendAsync($"SUBSCRIBE\nid:3\ndestination:/topic/rooms/{room}\nsince:4\nepoch:another\n\n\0");
        (await bob.ReadAsync()).Json.GetProperty("event").GetString().Should().Be("room.reset");
        await PostAsync(room, "live");
        (await bob.ReadAsync()).Should().Match<TestFrame>(f => f["subscription"] == "3" && f["seq"] == "8");
    }

    [Fact]
    public async Task A_snapshot_and_what_follows_it_fit_together()
    {
        var room = await MakeRoomAsync();
        await PostAsync(room, "before");
        await using var bob = await ConnectAsync(_bob);

        await bob.SendAsync($"SUBSCRIBE\nid:1\ndestination:/app/rooms/{room}\n\n\0");
        var snapshot = (await bob.ReadAsync()).Json;
        snapshot.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("text").GetString()).Should().Equal("before");
        snapshot.GetProperty("members").EnumerateArray().Select(m => m.GetProperty("userId").GetString()).Should().BeEquivalentTo(_alice, _bob);
        snapshot.GetProperty("pins").GetArrayLength().Should().Be(0);
        snapshot.GetProperty("room").GetProperty("unreadCount").GetInt64().Should().Be(1);
        var (head, epoch) = (snapshot.GetProperty("headSeq").GetInt64(), snapshot.GetProperty("epoch").GetString());

        await PostAsync(room, "after");
        // The snapshot's own id is free again: it was one answer.
        await bob.SendAsync($"SUBSCRIBE\nid:1\ndestination:/topic/rooms/{room}\nsince:{head}\nepoch:{epoch}\n\n\0");
        (await bob.ReadAsync()).Json.GetProperty("message").GetProperty("text").GetString().Should().Be("after");
    }

    [Fact]
    public async Task The_room_list_tells_of_messages_reading_joining_and_leaving()
    {
        var room = await MakeRoomAsync();
        await using var bob = await ConnectAsync(_bob);
        await bob.SubscribeAsync("/user/queue/rooms", "rooms");
        await bob.SendAsync("SUBSCRIBE\nid:list\ndestination:/app/rooms\n\n\0");
        (await bob.ReadAsync()).Json.GetProperty("items").EnumerateArray().Single().GetProperty("id").GetString().Should().Be(room);

        await PostAsync(room, "news");
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => Says(j, "message", room) && j.GetProperty("unreadCount").GetInt64() == 1
            && j.GetProperty("event").GetProperty("message").GetProperty("text").GetString() == "news");

        await bob.SendAsync($"SEND\ndestination:/app/rooms/{room}/read\n\n{{\"seq\":3}}\0");
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => Says(j, "read", room) && j.GetProperty("unreadCount").GetInt64() == 0 && j.GetProperty("lastReadSeq").GetInt64() == 3);

        var open = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(_alice), new { name = "Open", visibility = "public" })).GetProperty("id").GetString()!;
        await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{open}/join", TestTokens.Issue(_bob), new { });
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => Says(j, "joined", open) && j.GetProperty("room").GetProperty("name").GetString() == "Open");

        using (var left = await _gateway.CallAsync(HttpMethod.Post, $"/rooms/{open}/leave", TestTokens.Issue(_bob))) left.StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => Says(j, "removed", open));
    }

    [Fact]
    public async Task Whoever_leaves_hears_that_and_nothing_after_it()
    {
        var room = await MakeRoomAsync();
        await using var bob = await ConnectAsync(_bob);
        await bob.SubscribeAsync($"/topic/rooms/{room}", "1");
        await bob.SubscribeAsync("/user/queue/errors", "errors");

        using (await _gateway.CallAsync(HttpMethod.Post, $"/rooms/{room}/leave", TestTokens.Issue(_bob))) { }
        await PostAsync(room, "behind your back");

        (await bob.ReadAsync()).Json.GetProperty("event").GetString().Should().Be("member.left");
        await bob.SendAsync($"/app/rooms/{room}/messages", """{"text":"x"}""", "r");
        (await bob.ReadAsync()).Json.GetProperty("code").GetString().Should().Be("not_member");
    }

    [Fact]
    public async Task DISCONNECT_is_answered_behind_everything_sent_before_it_and_closes()
    {
        var room = await MakeRoomAsync();
        await using var alice = await ConnectAsync(_alice);
        for (var i = 0; i < 10; i++) await alice.SendAsync($"/app/rooms/{room}/messages", """{"text":"x"}""", $"{i}");
        await alice.SendAsync("DISCONNECT\nreceipt:bye\n\n\0");

        (await ReadAsync(alice, 11)).Select(f => f["receipt-id"]).Last().Should().Be("bye");
        (await alice.ReadCloseAsync()).Should().Be(1000);
    }

    [Fact]
    public async Task A_new_token_has_the_roles_of_the_session_and_brings_its_name()
    {
        var room = await MakeRoomAsync();
        await using var service = await ConnectWithAsync(TestTokens.Issue(_alice, "service", "of no account here"));
        await service.SubscribeAsync("/user/queue/errors", "errors");

        await service.SendAsync("/app/session/refresh", $$"""{"token":"{{TestTokens.Issue(_alice)}}"}""", "r-1");
        (await service.ReadAsync()).Json.GetProperty("code").GetString().Should().Be("forbidden");
        await service.SendAsync("/app/session/refresh", $$"""{"token":"{{TestTokens.IssueNamed(_alice, "Alicia", "admin", "service")}}"}""", "r-2");
        (await service.ReadAsync())["receipt-id"].Should().Be("r-2");

        await service.SendAsync($"/app/rooms/{room}/messages", """{"text":"by my new name"}""", "r-3");
        (await service.ReadAsync())["receipt-id"].Should().Be("r-3");
        var message = (await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages", TestTokens.Issue(_bob))).GetProperty("items")[0];
        message.GetProperty("sender").GetProperty("name").GetString().Should().Be("Alicia");
    }

    [Fact]
    public async Task A_session_is_told_of_its_end_and_a_new_token_of_the_same_user_prolongs_it()
    {
        await using var renewed = await ConnectWithAsync(TokenFor(_alice, TimeSpan.FromSeconds(55)));
        await using var ending = await ConnectWithAsync(TokenFor(_alice, TimeSpan.FromSeconds(25)));
        // All are in their last minute. Who subscribes late in it is told as well: here behind two rounds in which others were.
        await ListenForNoticeAsync(ending);
        await using (var another = await ConnectWithAsync(TokenFor(_alice, TimeSpan.FromSeconds(55)))) await ListenForNoticeAsync(another);
        await ListenForNoticeAsync(renewed);
        await renewed.SubscribeAsync("/user/queue/errors", "errors");
        await renewed.SendAsync("/app/session/refresh", $$"""{"token":"{{TestTokens.Issue(_bob)}}"}""", "r-1");
        (await renewed.ReadAsync()).Json.GetProperty("code").GetString().Should().Be("forbidden");
        await renewed.SendAsync("/app/session/refresh", $$"""{"token":"{{TestTokens.Issue(_alice)}}"}""", "r-2");
        (await renewed.ReadAsync())["receipt-id"].Should().Be("r-2");

        (await ending.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "ERROR" && f["message"] == "token expired");
        (await ending.ReadCloseAsync()).Should().Be(4401);
        var room = await MakeRoomAsync();
        await renewed.SendAsync($"/app/rooms/{room}/messages", """{"text":"still here"}""", "r-3");
        (await renewed.ReadAsync())["receipt-id"].Should().Be("r-3");
    }

    [Fact]
    public async Task REST_makes_rooms_invites_posts_and_reads()
    {
        var (alice, bob) = (TestTokens.Issue(_alice), TestTokens.Issue(_bob, "admin"));
        var room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", alice, new { name = "Private" })).GetProperty("id").GetString()!;
        var code = (await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/invites", alice, new { expiresInSeconds = 60, maxUses = 1 })).GetProperty("code").GetString();
        (await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/join", bob, new { inviteCode = code })).GetProperty("memberCount").GetInt32().Should().Be(2);
        (await _gateway.AskAsync(HttpMethod.Get, "/me", bob)).GetProperty("roles").EnumerateArray().Select(r => r.GetString()).Should().Equal("admin");

        for (var i = 0; i < 5; i++) await PostAsync(room, $"{i}");
        using (var repeated = await _gateway.CallAsync(HttpMethod.Post, $"/rooms/{room}/messages", alice, JsonOf("""{"text":"0","clientMessageId":"0"}""")))
        {
            repeated.StatusCode.Should().Be(HttpStatusCode.OK);
            JsonElement.Parse(await repeated.Content.ReadAsStringAsync()).GetProperty("seq").GetInt64().Should().Be(3);
        }
        var newest = await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages?limit=2", bob);
        newest.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("text").GetString()).Should().Equal("3", "4");
        var before = await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages?limit=10&before={newest.GetProperty("next").GetString()}", bob);
        before.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("text").GetString()).Should().Equal("0", "1", "2");
        before.GetProperty("next").ValueKind.Should().Be(JsonValueKind.Null);

        var direct = await _gateway.AskAsync(HttpMethod.Post, "/rooms/direct", alice, new { userId = _bob });
        (await _gateway.AskAsync(HttpMethod.Post, "/rooms/direct", bob, new { userId = _alice })).GetProperty("id").GetString().Should().Be(direct.GetProperty("id").GetString());
        direct.GetProperty("name").GetString().Should().Be($"{_bob} of the tests");
        using var leaving = await _gateway.CallAsync(HttpMethod.Post, $"/rooms/{direct.GetProperty("id").GetString()}/leave", alice);
        leaving.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    private async Task<string> MakeRoomAsync() =>
        (await _gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(_alice), new { name = "Tea", memberIds = new[] { _bob } })).GetProperty("id").GetString()!;

    private async Task PostAsync(string room, string text)
    {
        using var posted = await _gateway.CallAsync(HttpMethod.Post, $"/rooms/{room}/messages", TestTokens.Issue(_alice), JsonOf(JsonSerializer.Serialize(new { text, clientMessageId = text })));
        posted.StatusCode.Should().Be(HttpStatusCode.Created);
        posted.Headers.Location!.OriginalString.Should().StartWith($"/api/v1/rooms/{room}/messages/");
    }

    private static async Task ListenForNoticeAsync(StompTestClient client)
    {
        // Without a receipt: the notice may come before it.
        await client.SendAsync("SUBSCRIBE\nid:events\ndestination:/user/queue/events\n\n\0");
        (await client.ReadAsync()).Json.GetProperty("event").GetString().Should().Be("session.expiring");
    }

    private Task<StompTestClient> ConnectAsync(string user) => ConnectWithAsync(TestTokens.Issue(user));

    private Task<StompTestClient> ConnectWithAsync(string token) => StompTestClient.ConnectAsync(_gateway.StompUrl, token);

    private static bool Says(JsonElement json, string change, string room) => json.GetProperty("change").GetString() == change && json.GetProperty("roomId").GetString() == room;

    private static async Task<IReadOnlyList<TestFrame>> ReadAsync(StompTestClient client, int count)
    {
        var frames = new List<TestFrame>();
        while (frames.Count < count) frames.Add(await client.ReadAsync());
        return frames;
    }

    private static StringContent JsonOf(string json) => new(json, Encoding.UTF8, "application/json");

    private static string TokenFor(string subject, TimeSpan life) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Expires = DateTime.UtcNow + life,
        Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = subject },
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(GatewayProcess.SharedKey)), SecurityAlgorithms.HmacSha256),
    });
}
