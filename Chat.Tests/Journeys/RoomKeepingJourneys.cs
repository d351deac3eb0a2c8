using System.Net;
using System.Text.Json;
using Chat.Tests.Support;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Journeys;

/// <summary>How rooms are kept in order, over REST and seen over STOMP.</summary>
public sealed class RoomKeepingJourneys(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly RoomPeople _people = new(running.Process, running.Process);

    [Fact]
    public async Task A_room_is_changed_and_closed_and_everybody_hears_it()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea", visibility = "public", description = "green", slowModeSeconds = 7, memberIds = new[] { _people.Bob } });
        await using var bob = await _people.ConnectAsync(_people.Bob);
        await bob.SubscribeAsync($"/topic/rooms/{room}", "room");
        await bob.SubscribeAsync("/user/queue/errors", "errors");

        var changed = await _people.AskAsync(HttpMethod.Patch, $"/rooms/{room}", _people.Alice, new { name = "Coffee", description = (string?)null, slowModeSeconds = 0 });
        changed.GetProperty("name").GetString().Should().Be("Coffee");
        changed.GetProperty("description").ValueKind.Should().Be(JsonValueKind.Null);
        changed.GetProperty("visibility").GetString().Should().Be("public");
        (await _people.AskAsync(HttpMethod.Patch, $"/rooms/{room}", _people.Alice, new { name = "Coffee" })).GetProperty("headSeq").GetInt64().Should().Be(3);
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("event").GetString() == "room.updated" && j.GetProperty("room").GetProperty("name").GetString() == "Coffee");
        (await _people.RefusedAsync(HttpMethod.Patch, $"/rooms/{room}", _people.Alice, new { maxMembers = 2 })).Should().Be("none");
        (await _people.RefusedAsync(HttpMethod.Patch, $"/rooms/{room}", _people.Alice, new { maxMembers = 1 })).Should().Be("invalid");
        (await _people.RefusedAsync(HttpMethod.Patch, $"/rooms/{room}", _people.Bob, new { name = "x" })).Should().Be("forbidden");

        (await _people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}", _people.Bob)).Should().Be("forbidden");
        (await _people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}", _people.Alice)).Should().Be("none");
        (await _people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}", _people.Alice)).Should().Be("none");
        (await bob.ReadAsync()).Json.GetProperty("event").GetString().Should().Be("room.updated");
        (await bob.ReadAsync()).Json.GetProperty("event").GetString().Should().Be("room.closed");
        await bob.SendAsync($"/app/rooms/{room}/messages", """{"text":"x"}""", "r");
        (await bob.ReadAsync()).Json.GetProperty("code").GetString().Should().Be("forbidden");
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{room}/join", _people.Carol, new { })).Should().Be("forbidden");
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{room}/invites", _people.Alice, new { })).Should().Be("forbidden");
        (await _people.RefusedAsync(HttpMethod.Get, $"/rooms/{room}/messages", _people.Bob)).Should().Be("none");
    }

    [Fact]
    public async Task The_muted_the_slow_and_those_who_may_only_read_are_told_so()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea", memberIds = new[] { _people.Bob } });
        await using var bob = await _people.ConnectAsync(_people.Bob);
        await bob.SubscribeAsync("/user/queue/errors", "errors");

        await _people.AskAsync(HttpMethod.Patch, $"/rooms/{room}/members/{_people.Bob}", _people.Alice, new { mutedUntil = DateTimeOffset.UtcNow.AddHours(1) });
        await bob.SendAsync($"/app/rooms/{room}/messages", """{"text":"x"}""", "r-1");
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("code").GetString() == "muted" && j.GetProperty("retryAfterMs").GetInt64() > 3_500_000);
        (await _people.AskAsync(HttpMethod.Patch, $"/rooms/{room}/members/{_people.Bob}", _people.Alice, new { mutedUntil = (string?)null })).GetProperty("mutedUntil").ValueKind.Should().Be(JsonValueKind.Null);

        await _people.AskAsync(HttpMethod.Patch, $"/rooms/{room}", _people.Alice, new { slowModeSeconds = 3600 });
        await bob.SendAsync($"/app/rooms/{room}/messages", """{"text":"x"}""", "r-2");
        (await bob.ReadAsync())["receipt-id"].Should().Be("r-2");
        await bob.SendAsync($"/app/rooms/{room}/messages", """{"text":"y"}""", "r-3");
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("code").GetString() == "rate_limited" && j.GetProperty("retryAfterMs").GetInt64() > 3_500_000);

        await _people.AskAsync(HttpMethod.Patch, $"/rooms/{room}", _people.Alice, new { slowModeSeconds = 0, readOnly = true });
        await bob.SendAsync($"/app/rooms/{room}/messages", """{"text":"z"}""", "r-4");
        (await bob.ReadAsync()).Json.GetProperty("code").GetString().Should().Be("forbidden");
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{room}/messages", _people.Alice, new { text = "for all" })).Should().Be("none");
    }

    [Fact]
    public async Task Whoever_is_kicked_hears_that_last_and_whoever_is_banned_does_not_come_back()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea", visibility = "public", memberIds = new[] { _people.Bob } });
        var code = (await _people.AskAsync(HttpMethod.Post, $"/rooms/{room}/invites", _people.Alice, new { })).GetProperty("code").GetString();
        await using var bob = await _people.ConnectAsync(_people.Bob);
        await bob.SubscribeAsync($"/topic/rooms/{room}", "room");

        (await _people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}/members/{_people.Alice}", _people.Bob)).Should().Be("forbidden");
        (await _people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}/members/{_people.Bob}?ban=true", _people.Alice)).Should().Be("none");
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{room}/messages", _people.Alice, new { text = "behind your back" })).Should().Be("none");
        (await bob.ReadAsync()).Json.GetProperty("event").GetString().Should().Be("member.removed");
        await bob.SubscribeAsync("/user/queue/errors", "errors");

        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{room}/join", _people.Bob, new { })).Should().Be("banned");
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{room}/join", _people.Bob, new { inviteCode = code })).Should().Be("banned");
        (await _people.AskAsync(HttpMethod.Get, $"/rooms/{room}/bans", _people.Alice)).GetProperty("items").EnumerateArray().Single().GetProperty("userId").GetString().Should().Be(_people.Bob);
        (await _people.RefusedAsync(HttpMethod.Get, $"/rooms/{room}/bans", _people.Bob)).Should().Be("not_member");
        (await _people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}/bans/{_people.Bob}", _people.Alice)).Should().Be("none");
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{room}/join", _people.Bob, new { })).Should().Be("none");

        // Who is back hears all of it again, the own removal too, and goes on.
        await bob.SendAsync($"SUBSCRIBE\nid:again\ndestination:/topic/rooms/{room}\nsince:2\n\n\0");
        string[] again = ["member.removed", "message.created", "member.joined"];
        foreach (var name in again) (await bob.ReadAsync()).Json.GetProperty("event").GetString().Should().Be(name);
    }

    [Fact]
    public async Task Who_joins_where_a_moderator_has_to_say_yes_waits_for_it_and_an_invite_goes_past_that()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea", visibility = "public", joinApproval = true });
        var code = (await _people.AskAsync(HttpMethod.Post, $"/rooms/{room}/invites", _people.Alice, new { maxUses = 1 })).GetProperty("code").GetString();

        (await _people.AskAsync(HttpMethod.Post, $"/rooms/{room}/join", _people.Bob, new { })).GetProperty("status").GetString().Should().Be("requested");
        (await _people.RefusedAsync(HttpMethod.Get, $"/rooms/{room}", _people.Bob)).Should().Be("not_member");
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{room}/requests/{_people.Bob}/approve", _people.Bob)).Should().Be("not_member");
        (await _people.AskAsync(HttpMethod.Get, $"/rooms/{room}/requests", _people.Alice)).GetProperty("items").EnumerateArray().Single().GetProperty("userId").GetString().Should().Be(_people.Bob);
        (await _people.AskAsync(HttpMethod.Post, $"/rooms/{room}/requests/{_people.Bob}/approve", _people.Alice)).GetProperty("role").GetString().Should().Be("member");
        (await _people.RefusedAsync(HttpMethod.Get, $"/rooms/{room}", _people.Bob)).Should().Be("none");

        (await _people.AskAsync(HttpMethod.Get, $"/rooms/{room}/invites", _people.Alice)).GetProperty("items").GetArrayLength().Should().Be(1);
        (await _people.RefusedAsync(HttpMethod.Get, $"/rooms/{room}/invites", _people.Bob)).Should().Be("forbidden");
        (await _people.AskAsync(HttpMethod.Post, $"/rooms/{room}/join", _people.Carol, new { inviteCode = code })).GetProperty("id").GetString().Should().Be(room);
        (await _people.AskAsync(HttpMethod.Get, $"/rooms/{room}/invites", _people.Alice)).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Of_an_id_that_can_be_none_there_is_nothing_for_those_who_may_ask_and_others_are_told_that_they_may_not()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea", memberIds = new[] { _people.Bob } });
        var none = new string('x', 65);
        (HttpMethod Method, string Path, object? Body, string Owner, string Member)[] asked =
        [
            (HttpMethod.Get, $"messages/{none}/thread", null, "not_found", "not_found"),
            (HttpMethod.Patch, $"members/{none}", new { role = "moderator" }, "not_found", "forbidden"),
            (HttpMethod.Delete, $"members/{none}", null, "not_found", "forbidden"),
            (HttpMethod.Delete, $"members/{none}?ban=true", null, "not_found", "forbidden"),
            (HttpMethod.Post, $"requests/{none}/approve", null, "not_found", "forbidden"),
            // Nothing to take away is taken away.
            (HttpMethod.Delete, $"requests/{none}", null, "none", "forbidden"),
            (HttpMethod.Delete, $"bans/{none}", null, "none", "forbidden"),
            (HttpMethod.Delete, $"invites/{none}", null, "none", "forbidden"),
            (HttpMethod.Delete, $"webhooks/{none}", null, "none", "forbidden"),
        ];

        foreach (var (method, path, body, owner, member) in asked)
        {
            (await _people.RefusedAsync(method, $"/rooms/{room}/{path}", _people.Alice, body)).Should().Be(owner, $"{method} {path} by the owner");
            (await _people.RefusedAsync(method, $"/rooms/{room}/{path}", _people.Bob, body)).Should().Be(member, $"{method} {path} by a member");
            (await _people.RefusedAsync(method, $"/rooms/{room}/{path}", _people.Carol, body)).Should().Be("not_member", $"{method} {path} by a stranger");
        }
    }

    [Fact]
    public async Task Who_is_blocked_writes_no_direct_messages()
    {
        var direct = (await _people.AskAsync(HttpMethod.Post, "/rooms/direct", _people.Bob, new { userId = _people.Alice })).GetProperty("id").GetString();
        (await _people.RefusedAsync(HttpMethod.Put, $"/users/{_people.Bob}/block", _people.Alice)).Should().Be("none");
        (await _people.RefusedAsync(HttpMethod.Put, $"/users/{_people.Carol}/block", _people.Alice)).Should().Be("none");

        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{direct}/messages", _people.Bob, new { text = "x" })).Should().Be("forbidden");
        (await _people.RefusedAsync(HttpMethod.Post, "/rooms/direct", _people.Carol, new { userId = _people.Alice })).Should().Be("forbidden");
        (await _people.AskAsync(HttpMethod.Get, "/blocks", _people.Alice)).GetProperty("items").EnumerateArray().Select(b => b.GetProperty("userId").GetString()).Should().BeEquivalentTo(_people.Bob, _people.Carol);
        (await _people.RefusedAsync(HttpMethod.Delete, $"/users/{_people.Bob}/block", _people.Alice)).Should().Be("none");
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{direct}/messages", _people.Bob, new { text = "x" })).Should().Be("none");
    }

    [Fact]
    public async Task What_a_former_member_may_read_is_what_the_room_says()
    {
        var room = await _people.MakeRoomAsync(new { name = "Tea", historyForFormerMembers = "untilLeft", memberIds = new[] { _people.Bob } });
        await _people.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", _people.Alice, new { text = "before" });
        (await _people.RefusedAsync(HttpMethod.Post, $"/rooms/{room}/leave", _people.Bob)).Should().Be("none");
        await _people.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", _people.Alice, new { text = "after" });

        (await _people.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages", _people.Bob)).GetProperty("items").EnumerateArray().Select(m => m.GetProperty("text").GetString()).Should().Equal("before");
        await _people.AskAsync(HttpMethod.Patch, $"/rooms/{room}", _people.Alice, new { historyForFormerMembers = "none" });
        (await _people.RefusedAsync(HttpMethod.Get, $"/rooms/{room}/messages", _people.Bob)).Should().Be("not_member");
    }

    /// <summary>On one gateway, and on two of one chat, where the one who watches is not where things are done.</summary>
    [Fact]
    public async Task The_room_list_tells_every_change() => await WatchAsync(_people);

    [NeedsFact(Server.Postgres, Server.RabbitMq)]
    public Task The_room_list_tells_every_change_on_another_node() => OnTwoNodesAsync(WatchAsync);

    /// <summary>On one gateway, and where those who are told are on another than the one who asks.</summary>
    [Fact]
    public async Task Who_asks_to_be_let_in_is_announced_to_the_moderators_and_told_what_came_of_it() => await AskAsync(_people);

    [NeedsFact(Server.Postgres, Server.RabbitMq)]
    public Task Who_asks_to_be_let_in_is_announced_on_another_node() => OnTwoNodesAsync(AskAsync);

    /// <summary>On one gateway, and where the one who is told is on another.</summary>
    [Fact]
    public async Task Who_is_muted_kicked_or_banned_is_told_in_person() => await SanctionAsync(_people);

    [NeedsFact(Server.Postgres, Server.RabbitMq)]
    public Task Who_is_muted_kicked_or_banned_is_told_on_another_node() => OnTwoNodesAsync(SanctionAsync);

    private static async Task OnTwoNodesAsync(Func<RoomPeople, Task> journey)
    {
        var settings = RoomsJourney.Settings;
        settings["Database:Provider"] = "postgres";
        settings["Database:ConnectionString"] = await (await TestServers.Postgres).CreateDatabaseAsync("keeping");
        settings["RabbitMq:Uri"] = $"{(await TestServers.RabbitMq).Uri}";
        await using var one = await GatewayProcess.StartAsync(settings);
        await using var other = await GatewayProcess.StartAsync(settings);
        await journey(new RoomPeople(one, other));
        one.ShouldNotHaveComplained();
        other.ShouldNotHaveComplained();
    }

    private static async Task AskAsync(RoomPeople people)
    {
        var room = await people.MakeRoomAsync(new { name = "Tea", visibility = "public", joinApproval = true });
        await using var alice = await people.ConnectAsync(people.Alice);
        await using var bob = await people.ConnectAsync(people.Bob);
        await using var carol = await people.ConnectAsync(people.Carol);
        foreach (var client in (StompTestClient[])[alice, bob, carol]) await client.SubscribeAsync("/user/queue/events", "events");
        await bob.SubscribeAsync("/user/queue/rooms", "rooms");

        // The second time is no news.
        foreach (var user in (string[])[people.Bob, people.Bob, people.Carol]) await people.AskAsync(HttpMethod.Post, $"/rooms/{room}/join", user, new { });
        foreach (var user in (string[])[people.Bob, people.Carol])
        {
            var told = (await alice.ReadAsync()).Json;
            told.Should().Match<JsonElement>(j => j.GetProperty("event").GetString() == "room.join_requested" && j.GetProperty("roomId").GetString() == room);
            told.GetProperty("user").GetRawText().Should().Be($$"""{"id":"{{user}}","name":"{{user}} of the tests","avatarUrl":null}""");
        }

        await people.AskAsync(HttpMethod.Post, $"/rooms/{room}/requests/{people.Bob}/approve", people.Alice);
        (await bob.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("change").GetString() == "joined" && j.GetProperty("roomId").GetString() == room);
        (await people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}/requests/{people.Carol}", people.Alice)).Should().Be("none");
        (await carol.ReadAsync()).Json.GetRawText().Should().Be($$"""{"event":"room.join_refused","roomId":"{{room}}"}""");
    }

    private static async Task SanctionAsync(RoomPeople people)
    {
        var room = await people.MakeRoomAsync(new { name = "Tea", memberIds = new[] { people.Bob } });
        await using var bob = await people.ConnectAsync(people.Bob);
        await bob.SubscribeAsync("/user/queue/events", "events");
        var until = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds());

        foreach (var mutedUntil in (DateTimeOffset?[])[until, null]) await people.AskAsync(HttpMethod.Patch, $"/rooms/{room}/members/{people.Bob}", people.Alice, new { mutedUntil });
        foreach (var path in (string[])[people.Bob, $"{people.Bob}?ban=true"]) (await people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}/members/{path}", people.Alice)).Should().Be("none");

        var muted = (await bob.ReadAsync()).Json;
        muted.Should().Match<JsonElement>(j => j.GetProperty("event").GetString() == "room.muted" && j.GetProperty("roomId").GetString() == room);
        muted.GetProperty("mutedUntil").GetDateTimeOffset().Should().Be(until);
        foreach (var told in (string[])["room.unmuted", "room.kicked", "room.banned"]) (await bob.ReadAsync()).Json.GetRawText().Should().Be($$"""{"event":"{{told}}","roomId":"{{room}}"}""");
    }

    private static async Task WatchAsync(RoomPeople people)
    {
        var room = await people.MakeRoomAsync(new { name = "Tea", memberIds = new[] { people.Bob } });
        await using var bob = await people.ConnectAsync(people.Bob);
        await bob.SubscribeAsync("/user/queue/rooms", "rooms");

        (await people.AskAsync(HttpMethod.Put, $"/rooms/{room}/favorite", people.Bob)).GetProperty("favorite").GetBoolean().Should().BeTrue();
        (await NextAsync("updated")).GetProperty("room").GetProperty("favorite").GetBoolean().Should().BeTrue();
        await people.AskAsync(HttpMethod.Put, $"/rooms/{room}/archive", people.Bob);
        (await NextAsync("updated")).GetProperty("room").GetProperty("archived").GetBoolean().Should().BeTrue();
        await people.AskAsync(HttpMethod.Put, $"/rooms/{room}/notifications", people.Bob, new { level = "none" });
        (await NextAsync("updated")).GetProperty("room").GetProperty("notifications").GetString().Should().Be("none");
        (await people.AskAsync(HttpMethod.Get, "/rooms?archived=true&favorite=true", people.Bob)).GetProperty("items").GetArrayLength().Should().Be(1);
        (await people.AskAsync(HttpMethod.Get, "/rooms?archived=false", people.Bob)).GetProperty("items").GetArrayLength().Should().Be(0);
        (await people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}/archive", people.Bob)).Should().Be("none");
        (await NextAsync("updated")).GetProperty("room").GetProperty("archived").GetBoolean().Should().BeFalse();

        await people.AskAsync(HttpMethod.Patch, $"/rooms/{room}/members/{people.Bob}", people.Alice, new { role = "moderator" });
        (await NextAsync("updated")).GetProperty("room").GetProperty("role").GetString().Should().Be("moderator");
        await people.AskAsync(HttpMethod.Patch, $"/rooms/{room}", people.Alice, new { name = "Coffee" });
        (await NextAsync("updated")).GetProperty("event").GetProperty("room").GetProperty("name").GetString().Should().Be("Coffee");
        (await people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}/members/{people.Bob}", people.Alice)).Should().Be("none");
        await NextAsync("removed");
        var code = (await people.AskAsync(HttpMethod.Post, $"/rooms/{room}/invites", people.Alice, new { })).GetProperty("code").GetString();
        await people.AskAsync(HttpMethod.Post, $"/rooms/{room}/join", people.Bob, new { inviteCode = code });
        (await NextAsync("joined")).GetProperty("room").GetProperty("name").GetString().Should().Be("Coffee");
        (await people.RefusedAsync(HttpMethod.Delete, $"/rooms/{room}", people.Alice)).Should().Be("none");
        (await NextAsync("updated")).GetProperty("event").GetProperty("event").GetString().Should().Be("room.closed");

        await bob.SendAsync("SUBSCRIBE\nid:list\ndestination:/app/rooms\n\n\0");
        var listed = (await bob.ReadAsync()).Json.GetProperty("items").EnumerateArray().Single();
        listed.GetProperty("closedAt").ValueKind.Should().Be(JsonValueKind.String);
        listed.GetProperty("role").GetString().Should().Be("member");
        listed.GetProperty("favorite").GetBoolean().Should().BeTrue();

        async Task<JsonElement> NextAsync(string change)
        {
            var next = (await bob.ReadAsync()).Json;
            next.Should().Match<JsonElement>(j => j.GetProperty("change").GetString() == change && j.GetProperty("roomId").GetString() == room);
            return next;
        }
    }
}

/// <summary>Three people: what they do is done on one gateway, and what they hear comes from another, or the same.</summary>
internal sealed class RoomPeople(GatewayProcess acting, GatewayProcess watching)
{
    public string Alice { get; } = $"alice-{Guid.NewGuid():N}";

    public string Bob { get; } = $"bob-{Guid.NewGuid():N}";

    public string Carol { get; } = $"carol-{Guid.NewGuid():N}";

    public Task<StompTestClient> ConnectAsync(string user) => StompTestClient.ConnectAsync(watching.StompUrl, TestTokens.Issue(user));

    public Task<JsonElement> AskAsync(HttpMethod method, string path, string user, object? body = null) => acting.AskAsync(method, path, TestTokens.Issue(user), body);

    public async Task<string> MakeRoomAsync(object room) => (await AskAsync(HttpMethod.Post, "/rooms", Alice, room)).GetProperty("id").GetString()!;

    /// <summary>The code with which a request is refused; <c>none</c> when it is not.</summary>
    public async Task<string> RefusedAsync(HttpMethod method, string path, string user, object? body = null)
    {
        using var content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body);
        using var answer = await acting.CallAsync(method, path, TestTokens.Issue(user), content);
        if (answer.IsSuccessStatusCode) return "none";
        answer.StatusCode.Should().NotBe(HttpStatusCode.InternalServerError);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString()!;
    }
}
