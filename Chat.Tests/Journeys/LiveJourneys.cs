using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Chat.Tests.Support;
using Chat.Tests.Support.Servers;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace Chat.Tests.Journeys;

/// <summary>Signals, presence, sessions and revocations over two gateways that share PostgreSQL, RabbitMQ and Redis.</summary>
public sealed class LiveJourneys : IAsyncLifetime
{
    /// <summary>What a machine may add to the time that is promised while it runs other tests beside.</summary>
    private static readonly TimeSpan BusyMachine = TimeSpan.FromSeconds(10);

    private RedisServer _redis = null!;
    private Dictionary<string, string> _settings = null!;
    private string _database = "";
    private GatewayProcess _one = null!;
    private GatewayProcess _other = null!;

    public async Task InitializeAsync()
    {
        if (Needs.ReasonToSkip([Server.Postgres, Server.RabbitMq, Server.Redis]) is not null) return;
        _redis = await RedisServer.StartAsync();
        _database = await (await TestServers.Postgres).CreateDatabaseAsync("live");
        _settings = RoomsJourney.Settings;
        _settings["Database:Provider"] = "postgres";
        _settings["Database:ConnectionString"] = _database;
        _settings["RabbitMq:Uri"] = $"{(await TestServers.RabbitMq).Uri}";
        _settings["Redis:ConnectionString"] = _redis.ConnectionString;
        _one = await GatewayProcess.StartAsync(_settings);
        _other = await GatewayProcess.StartAsync(_settings);
    }

    public async Task DisposeAsync()
    {
        if (_redis is null) return;
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [NeedsFact(Server.Postgres, Server.RabbitMq, Server.Redis)]
    public async Task Members_see_each_other_type_come_and_go_and_read_across_nodes_until_they_leave()
    {
        var room = await MakeRoomAsync("alice", "bob");
        await using var alice = await StompTestClient.ConnectAsync(_one.StompUrl, TestTokens.Issue("alice"));
        await alice.SubscribeAsync($"/topic/rooms/{room}/signals", "s");

        await using var bob = await StompTestClient.ConnectAsync(_other.StompUrl, TestTokens.Issue("bob"));
        (await NextAsync(alice, "presence", "bob")).GetProperty("state").GetString().Should().Be("online");
        await EventuallyAsync(() => MemberAsync(room, "bob"), member => member.GetProperty("online").GetBoolean());

        await bob.SendAsync($"/app/rooms/{room}/typing", """{"on":true}""", "r1");
        (await NextAsync(alice, "typing", "bob")).GetProperty("on").GetBoolean().Should().BeTrue();
        // Nothing more is said: it ends by itself.
        (await NextAsync(alice, "typing", "bob")).GetProperty("on").GetBoolean().Should().BeFalse();

        await _one.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", TestTokens.Issue("alice"), new { text = "hello" });
        await bob.SendAsync($"/app/rooms/{room}/read", """{"seq":3}""", "r2");
        (await NextAsync(alice, "read", "bob")).GetProperty("seq").GetInt64().Should().Be(3);

        await bob.SendAsync("/app/presence", """{"state":"away"}""", "r3");
        (await NextAsync(alice, "presence", "bob")).GetProperty("state").GetString().Should().Be("away");
        var away = await EventuallyAsync(() => MemberAsync(room, "bob"), member => member.GetProperty("lastSeenAt").ValueKind is JsonValueKind.String);
        away.GetProperty("lastSeenAt").GetDateTimeOffset().Should().BeCloseTo(DateTimeOffset.UtcNow, Patience);

        await bob.DisposeAsync();
        (await NextAsync(alice, "presence", "bob")).GetProperty("state").GetString().Should().Be("offline");
        (await MemberAsync(room, "bob")).GetProperty("online").GetBoolean().Should().BeFalse();
    }

    [NeedsFact(Server.Postgres, Server.RabbitMq, Server.Redis)]
    public async Task Strangers_and_former_members_neither_see_nor_send_signals()
    {
        var room = await MakeRoomAsync("alice", "bob");
        (await _one.CallAsync(HttpMethod.Post, $"/rooms/{room}/leave", TestTokens.Issue("bob"))).StatusCode.Should().Be(HttpStatusCode.NoContent);
        foreach (var who in new[] { "mallory", "bob" })
        {
            await using var client = await StompTestClient.ConnectAsync(_one.StompUrl, TestTokens.Issue(who));
            await client.SubscribeAsync("/user/queue/errors", "e");
            await client.SendAsync($"SUBSCRIBE\nid:s\ndestination:/topic/rooms/{room}/signals\n\n\0");
            (await client.ReadAsync()).Json.GetProperty("code").GetString().Should().Be("not_member");
            await client.SendAsync($"/app/rooms/{room}/typing", """{"on":true}""", "r");
            (await client.ReadAsync()).Json.GetProperty("code").GetString().Should().Be("not_member");
        }
    }

    [NeedsFact(Server.Postgres, Server.RabbitMq, Server.Redis)]
    public async Task Sessions_are_listed_over_all_nodes_and_ended_on_any_within_two_seconds()
    {
        var token = TestTokens.Issue("carol");
        await using var here = await StompTestClient.ConnectAsync(_one.StompUrl, token);
        await using var there = await StompTestClient.ConnectAsync(_other.StompUrl, token);
        await using var third = await StompTestClient.ConnectAsync(_other.StompUrl, token);
        var sessions = await EventuallyAsync(async () => await SessionsAsync(_one, token), list => list.Count == 3);
        sessions.Should().OnlyContain(session => session.GetProperty("transport").GetString() == "websocket" && session.GetProperty("version").GetString() == "1.2");
        sessions.Select(session => session.GetProperty("nodeId").GetString()).Distinct().Should().HaveCount(2);

        var first = sessions[0].GetProperty("id").GetString();
        (await _one.CallAsync(HttpMethod.Delete, $"/sessions/{first}", TestTokens.Issue("mallory"))).StatusCode.Should().Be(HttpStatusCode.NotFound);
        var other = sessions[1].GetProperty("id").GetString();
        var began = Stopwatch.GetTimestamp();
        (await _one.CallAsync(HttpMethod.Delete, $"/sessions/{other}", token)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await there.ReadAsync())["message"].Should().Be("session ended");
        (await there.ReadCloseAsync()).Should().Be(4411);
        Stopwatch.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(2) + BusyMachine);

        (await _one.CallAsync(HttpMethod.Delete, $"/sessions?except={first}", token)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await third.ReadCloseAsync()).Should().Be(4411);
        await EventuallyAsync(async () => await SessionsAsync(_other, token), list => list.Count == 1 && list[0].GetProperty("id").GetString() == first);
    }

    [NeedsFact(Server.Postgres, Server.RabbitMq, Server.Redis)]
    public async Task A_revoked_token_is_refused_everywhere_and_its_sessions_end_within_two_seconds()
    {
        var token = TokenWith("dave", "jti-of-dave", DateTimeOffset.UtcNow);
        await using var dave = await StompTestClient.ConnectAsync(_other.StompUrl, token);
        await using var still = await StompTestClient.ConnectAsync(_other.StompUrl, TokenWith("dave", "another", DateTimeOffset.UtcNow));

        using (var body = JsonContent.Create(new { jti = "jti-of-dave" }))
            (await _one.CallAsync(HttpMethod.Post, "/admin/revocations", TestTokens.Issue("dave"), body)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        var began = Stopwatch.GetTimestamp();
        using (var body = JsonContent.Create(new { jti = "jti-of-dave" }))
            (await _one.CallAsync(HttpMethod.Post, "/admin/revocations", TestTokens.Issue("root", "admin"), body)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await dave.ReadAsync())["message"].Should().Be("token revoked");
        (await dave.ReadCloseAsync()).Should().Be(4401);
        Stopwatch.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(2) + BusyMachine);

        foreach (var gateway in new[] { _one, _other })
            await EventuallyAsync(() => gateway.CallAsync(HttpMethod.Get, "/me", token), answer => answer.StatusCode == HttpStatusCode.Unauthorized);
        await using (var again = await StompTestClient.OpenAsync(_other.StompUrl))
        {
            await again.SendAsync($"CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer {token}\n\n\0");
            (await again.ReadAsync())["message"].Should().Be("token revoked");
        }
        await still.SubscribeAsync("/user/queue/errors", "e");
        await still.SendAsync("/app/session/refresh", JsonSerializer.Serialize(new { token }), "r");
        (await still.ReadAsync()).Json.GetProperty("code").GetString().Should().Be("unauthenticated");

        using (var body = JsonContent.Create(new { userId = "dave" }))
            (await _one.CallAsync(HttpMethod.Post, "/admin/revocations", TestTokens.Issue("root", "admin"), body)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await still.ReadCloseAsync()).Should().Be(4401);
        await using var fresh = await StompTestClient.ConnectAsync(_other.StompUrl, TokenWith("dave", "new", DateTimeOffset.UtcNow.AddSeconds(2)));
    }

    [NeedsFact(Server.Postgres, Server.RabbitMq, Server.Redis)]
    public async Task The_users_of_a_node_that_is_killed_are_offline_within_thirty_seconds()
    {
        var room = await MakeRoomAsync("alice", "bob");
        await using var alice = await StompTestClient.ConnectAsync(_one.StompUrl, TestTokens.Issue("alice"));
        await alice.SubscribeAsync($"/topic/rooms/{room}/signals", "s");
        await using var bob = await StompTestClient.ConnectAsync(_other.StompUrl, TestTokens.Issue("bob"));
        await NextAsync(alice, "presence", "bob");

        var began = Stopwatch.GetTimestamp();
        await _other.KillAsync();

        (await NextAsync(alice, "presence", "bob")).GetProperty("state").GetString().Should().Be("offline");
        Stopwatch.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(30));
        (await MemberAsync(room, "bob")).GetProperty("online").GetBoolean().Should().BeFalse();
    }

    [NeedsFact(Server.Postgres, Server.RabbitMq, Server.Redis, Server.Node)]
    public async Task Redis_killed_and_started_again_under_load_loses_no_message_and_presence_is_right_within_thirty_seconds()
    {
        var room = await MakeRoomAsync("alice", "bob");
        await using var bob = await StompTestClient.ConnectAsync(_other.StompUrl, TestTokens.Issue("bob"));
        await EventuallyAsync(() => MemberAsync(room, "bob"), member => member.GetProperty("online").GetBoolean());

        await new RoomsJourney([_one, _other], () => new NpgsqlConnection(_database)).RunAsync(async () =>
        {
            await _redis.KillAsync();
            await using var carol = await StompTestClient.ConnectAsync(_one.StompUrl, TestTokens.Issue("carol"));
            (await MemberAsync(room, "bob")).GetProperty("online").GetBoolean().Should().BeFalse();
            (await _one.CallAsync(HttpMethod.Get, $"/rooms/{room}/messages", TestTokens.Issue("alice"))).StatusCode.Should().Be(HttpStatusCode.OK);
            await _redis.StartAgainAsync();
            (await _redis.AskAsync("FLUSHALL")).Should().Be("+OK");
            await EventuallyAsync(() => MemberAsync(room, "bob"), member => member.GetProperty("online").GetBoolean());
        });
    }

    private async Task<string> MakeRoomAsync(string owner, params string[] others) =>
        (await _one.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(owner), new { name = "Live", memberIds = others })).GetProperty("id").GetString()!;

    private async Task<JsonElement> MemberAsync(string room, string user) =>
        (await _one.AskAsync(HttpMethod.Get, $"/rooms/{room}/members", TestTokens.Issue("alice"))).GetProperty("items").EnumerateArray()
            .Single(member => member.GetProperty("userId").GetString() == user);

    private static async Task<IReadOnlyList<JsonElement>> SessionsAsync(GatewayProcess gateway, string token) =>
        [.. (await gateway.AskAsync(HttpMethod.Get, "/sessions", token)).GetProperty("items").EnumerateArray()];

    /// <summary>The next signal of that kind about that user; others are passed over.</summary>
    private static async Task<JsonElement> NextAsync(StompTestClient client, string kind, string user)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var frame = await client.ReadAsync(Patience);
            limit.Token.ThrowIfCancellationRequested();
            foreach (var signal in frame.Json.EnumerateArray())
            {
                if (signal.GetProperty("signal").GetString() == kind && signal.GetProperty("userId").GetString() == user) return signal;
            }
        }
    }

    private static string TokenWith(string subject, string jti, DateTimeOffset issuedAt) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Expires = DateTime.UtcNow.AddHours(1),
        IssuedAt = issuedAt.UtcDateTime,
        Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = subject, ["jti"] = jti },
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(GatewayProcess.SharedKey)), SecurityAlgorithms.HmacSha256),
    });
}
