using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Chat.Tests.Fuzz;
using Chat.Tests.Security;
using Chat.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Tests.Journeys;

/// <summary>Bad input against a running gateway: each has its answer, and after it the next good client is served.</summary>
public sealed class BadInputJourneys(RunningGateway running) : IClassFixture<RunningGateway>, IAsyncLifetime
{
    private readonly GatewayProcess _gateway = running.Process;
    private readonly string _alice = $"alice-{Guid.NewGuid():N}";
    private string _room = "";
    private string _witness = "";

    public async Task InitializeAsync()
    {
        _witness = _alice;
        _room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(_alice), new { name = "Tea" })).GetProperty("id").GetString()!;
    }

    /// <summary>Whatever the test did, somebody else can still chat.</summary>
    public async Task DisposeAsync()
    {
        await using var good = await ConnectAsync(_witness);
        await good.SendAsync($"/app/rooms/{_room}/messages", """{"text":"still here"}""", "r");
        (await good.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "RECEIPT" && f["receipt-id"] == "r");
    }

    [Theory]
    [InlineData("NONSENSE\n\n\0", "Bad command")]
    [InlineData("SEND\nno colon\n\n\0", "Bad header")]
    [InlineData("SEND\na:\\x\n\n\0", "Bad header")]
    [InlineData("SEND\ncontent-length:1\n\nab\0", "Bad content-length")]
    [InlineData("SEND\n\nno destination\0", "Missing header")]
    [InlineData("SUBSCRIBE\nid:1\n\n\0", "Missing header")]
    [InlineData("SUBSCRIBE\ndestination:/topic/rooms/1\n\n\0", "Missing header")]
    [InlineData("SUBSCRIBE\nid:1\ndestination:/user/queue/errors\nack:never\n\n\0", "Bad ack mode")]
    [InlineData("UNSUBSCRIBE\nid:none\n\n\0", "No subscription found")]
    [InlineData("CONNECT\naccept-version:1.2\n\n\0", "Already connected")]
    [InlineData("BEGIN\n\n\0", "Missing header")]
    [InlineData("COMMIT\ntransaction:1\n\n\0", "Bad transaction")]
    [InlineData("ABORT\ntransaction:1\n\n\0", "Bad transaction")]
    [InlineData("SEND\ndestination:/app/rooms/x/messages\ntransaction:1\n\n\0", "Bad transaction")]
    public async Task A_broken_rule_gets_ERROR_and_the_end(string frame, string message)
    {
        await using var client = await ConnectAsync(_alice);
        await client.SendAsync(frame);
        (await client.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "ERROR" && f["message"] == message && f["version"]!.Contains("1.2") && f.Body.Length > 0);
        (await client.ReadCloseAsync()).Should().Be(1002);
    }

    [Fact]
    public async Task A_frame_that_is_too_large_gets_too_large()
    {
        await using var client = await ConnectAsync(_alice);
        await client.SendAsync($"SEND\ndestination:/app/rooms/{_room}/messages\ncontent-length:65537\n\n");
        (await client.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "ERROR" && f["code"] == "too_large");
        (await client.ReadCloseAsync()).Should().Be(1002);
    }

    [Theory]
    [InlineData("/app/rooms/{room}/messages", "{", "invalid")]
    [InlineData("/app/rooms/{room}/messages", "[]", "invalid")]
    [InlineData("/app/rooms/{room}/messages", "{\"text\":17}", "invalid")]
    [InlineData("/app/rooms/{room}/messages", "{\"text\":\"\"}", "invalid")]
    [InlineData("/app/rooms/{room}/messages", "{\"text\":\"a\\u0000b\"}", "invalid")]
    [InlineData("/app/rooms/{room}/messages", "{\"text\":\"\\ud800\"}", "invalid")]
    [InlineData("/app/rooms/{room}/messages", "{\"text\":\"x\",\"type\":\"SYSTEM\"}", "forbidden")]
    [InlineData("/app/rooms/{room}/messages", "{\"text\":\"x\",\"ttlSeconds\":5}", "invalid")]
    [InlineData("/app/rooms/{room}/read", "{\"seq\":-1}", "invalid")]
    [InlineData("/app/rooms/{room}/read", "{}", "invalid")]
    [InlineData("/app/rooms/foreign/messages", "{\"text\":\"x\"}", "not_member")]
    [InlineData("/app/rooms/foreign/read", "{\"seq\":1}", "not_member")]
    [InlineData("/app/nothing", "{}", "not_found")]
    [InlineData("nothing", "{}", "not_found")]
    [InlineData("/queue/orders", "{}", "forbidden")]
    [InlineData("/topic/news", "{}", "forbidden")]
    [InlineData("/app/session/refresh", "{\"token\":\"x\"}", "unauthenticated")]
    public async Task What_the_chat_refuses_comes_on_the_errors_queue_and_the_connection_stays(string destination, string body, string code)
    {
        destination = destination.Replace("{room}", _room, StringComparison.Ordinal);
        await using var client = await ConnectAsync(_alice);
        await client.SubscribeAsync("/user/queue/errors", "errors");

        await client.SendAsync(destination, body, "r-1");

        var refusal = await client.ReadAsync();
        refusal.Should().Match<TestFrame>(f => f.Command == "MESSAGE" && f["destination"] == "/user/queue/errors" && f["subscription"] == "errors");
        refusal.Json.GetProperty("code").GetString().Should().Be(code);
        refusal.Json.GetProperty("destination").GetString().Should().Be(destination);
        refusal.Json.GetProperty("receipt").GetString().Should().Be("r-1");
        await client.SendAsync($"/app/rooms/{_room}/messages", """{"text":"x"}""", "r-2");
        (await client.ReadAsync())["receipt-id"].Should().Be("r-2");
    }

    [Fact]
    public async Task Without_the_errors_queue_a_refusal_is_an_ERROR_with_the_receipt_and_the_end()
    {
        await using var client = await ConnectAsync(_alice);
        await client.SendAsync("/app/rooms/foreign/messages", """{"text":"x"}""", "r-1");
        (await client.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "ERROR" && f["code"] == "not_member" && f["receipt-id"] == "r-1");
        (await client.ReadCloseAsync()).Should().Be(1002);
    }

    [Theory]
    [InlineData("/app/rooms/{0}/messages", "{bad")]
    [InlineData("/app/rooms/{0}/messages", "")]
    [InlineData("/app/nowhere", "{}")]
    public async Task A_refusal_names_the_message_also_where_its_body_was_not_read(string destination, string body)
    {
        await using var client = await ConnectAsync(_alice);
        await client.SubscribeAsync("/user/queue/errors", "errors");

        await client.SendAsync($"SEND\ndestination:{string.Format(destination, _room)}\nclient-message-id:c-1\ncontent-type:application/json\n\n{body}\0");

        (await client.ReadAsync()).Json.GetProperty("clientMessageId").GetString().Should().Be("c-1");
    }

    [Theory]
    [InlineData("google/123", "google%2F123")]
    [InlineData("a/b c/한", "a%2fb%20c%2f%ED%95%9C")]
    public async Task Somebody_whose_id_has_a_slash_is_found_in_a_path(string id, string escaped)
    {
        var alice = TestTokens.Issue(_alice);
        var room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", alice, new { name = "Slash", memberIds = new[] { id } })).GetProperty("id").GetString();

        using (var blocking = await _gateway.CallAsync(HttpMethod.Put, $"/users/{escaped}/block", alice)) blocking.StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await _gateway.AskAsync(HttpMethod.Get, "/blocks", alice)).GetProperty("items")[0].GetProperty("userId").GetString().Should().Be(id);
        using var removing = await _gateway.CallAsync(HttpMethod.Delete, $"/rooms/{room}/members/{escaped}", alice);
        removing.StatusCode.Should().Be(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_stranger_can_neither_listen_to_a_room_nor_look_at_it()
    {
        await using var stranger = await ConnectAsync($"mallory-{Guid.NewGuid():N}");
        await stranger.SubscribeAsync("/user/queue/errors", "errors");
        foreach (var destination in (string[])[$"/topic/rooms/{_room}", $"/topic/rooms.{_room}", $"/app/rooms/{_room}", "/topic/rooms/../x", "/topic/rooms/*"])
        {
            await stranger.SendAsync($"SUBSCRIBE\nid:s\ndestination:{destination}\nreceipt:r\n\n\0");
            (await stranger.ReadAsync()).Json.GetProperty("code").GetString().Should().BeOneOf("not_member", "not_found", "forbidden");
        }
    }

    [Fact]
    public async Task Too_many_messages_are_refused_until_later()
    {
        await using var client = await ConnectAsync(_alice);
        await client.SubscribeAsync("/user/queue/errors", "errors");
        for (var i = 0; i < 21; i++) await client.SendAsync($"/app/rooms/{_room}/messages", $$"""{"text":"x","clientMessageId":"c-{{i}}"}""", $"r-{i}");

        var frames = new List<TestFrame>();
        for (var i = 0; i < 21; i++) frames.Add(await client.ReadAsync());

        frames.Count(f => f.Command == "RECEIPT").Should().Be(20);
        var refusal = frames.Single(f => f.Command == "MESSAGE").Json;
        refusal.GetProperty("code").GetString().Should().Be("rate_limited");
        refusal.GetProperty("clientMessageId").GetString().Should().Be("c-20");
        refusal.GetProperty("retryAfterMs").GetInt64().Should().BeInRange(1, 300_000);
        using var http = await _gateway.CallAsync(HttpMethod.Post, $"/rooms/{_room}/messages", TestTokens.Issue(_alice), Json("""{"text":"x"}"""));
        http.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        http.Headers.RetryAfter!.Delta.Should().BePositive();
        // This user is held up for a while; the others are not.
        _witness = $"bob-{Guid.NewGuid():N}";
        _room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(_witness), new { name = "Bob's" })).GetProperty("id").GetString()!;
    }

    [Fact]
    public async Task Too_many_other_changes_are_refused_until_later_by_REST_and_STOMP_and_hold_up_no_messages()
    {
        var alice = TestTokens.Issue(_alice);
        var told = new List<HttpStatusCode>();
        // Making the room was the first of twenty.
        for (var i = 0; i < 20; i++)
        {
            using var answer = await _gateway.CallAsync(i % 2 == 0 ? HttpMethod.Put : HttpMethod.Delete, $"/rooms/{_room}/favorite", alice);
            told.Add(answer.StatusCode);
        }
        told.Count(status => status is HttpStatusCode.OK or HttpStatusCode.NoContent).Should().Be(19);
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/rooms"), (HttpMethod.Post, $"/rooms/{_room}/leave"), (HttpMethod.Delete, $"/rooms/{_room}/members/bob"), (HttpMethod.Put, "/users/bob/block") })
        {
            using var refused = await _gateway.CallAsync(method, path, alice);
            refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests, $"{method} {path}");
            refused.Headers.RetryAfter!.Delta.Should().BePositive();
            (await ProblemOf(refused)).GetProperty("code").GetString().Should().Be("rate_limited");
        }
        await using var client = await ConnectAsync(_alice);
        await client.SubscribeAsync("/user/queue/errors", "errors");
        await client.SendAsync($"/app/rooms/{_room}/unread", """{"seq":1}""", "r-1");
        (await client.ReadAsync()).Json.GetProperty("code").GetString().Should().Be("rate_limited");
        // Reading, looking and posting go on.
        await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{_room}/read", alice, new { seq = 1 });
        await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{_room}", alice);
        await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{_room}/messages", alice, new { text = "x" });
    }

    [Fact]
    public async Task Too_many_messages_of_all_members_are_refused_until_later_and_strangers_hear_nothing_of_it()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
            ["Limits:RoomMessagesPerWindow"] = "2",
            ["Limits:Window"] = "00:05:00",
        });
        var (alice, bob, mallory) = (TestTokens.Issue("alice"), TestTokens.Issue("bob"), TestTokens.Issue("mallory"));
        var room = (await gateway.AskAsync(HttpMethod.Post, "/rooms", alice, new { name = "Full", memberIds = new[] { "bob" } })).GetProperty("id").GetString();
        var other = (await gateway.AskAsync(HttpMethod.Post, "/rooms", alice, new { name = "Free" })).GetProperty("id").GetString();
        // A stranger's do not count, nor does a repeat.
        for (var i = 0; i < 5; i++) (await PostAsync(room, mallory, "x")).Code.Should().Be("not_member");
        foreach (var token in new[] { alice, alice, bob }) (await PostAsync(room, token, "same")).Code.Should().Be("none");

        var refused = await PostAsync(room, alice, "new");
        refused.Code.Should().Be("rate_limited");
        refused.Problem.GetProperty("retryAfterMs").GetInt64().Should().BeInRange(1, 300_000);
        (await PostAsync(room, mallory, "x")).Code.Should().Be("not_member");
        (await PostAsync(other, alice, "x")).Code.Should().Be("none");
        await using var client = await StompTestClient.ConnectAsync(gateway.StompUrl, bob);
        await client.SubscribeAsync("/user/queue/errors", "errors");
        await client.SendAsync($"/app/rooms/{room}/messages", """{"text":"x","clientMessageId":"c"}""", "r");
        (await client.ReadAsync()).Json.Should().Match<JsonElement>(j => j.GetProperty("code").GetString() == "rate_limited" && j.GetProperty("clientMessageId").GetString() == "c");
        gateway.ShouldNotHaveComplained();

        async Task<(string Code, JsonElement Problem)> PostAsync(string? where, string token, string id)
        {
            using var answer = await gateway.CallAsync(HttpMethod.Post, $"/rooms/{where}/messages", token, Json($$"""{"text":"x","clientMessageId":"{{id}}"}"""));
            var told = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
            return (answer.IsSuccessStatusCode ? "none" : told.GetProperty("code").GetString()!, told);
        }
    }

    [Fact]
    public async Task One_subscription_too_many_is_refused()
    {
        await using var client = await ConnectAsync(_alice);
        await client.SubscribeAsync("/user/queue/errors", "errors");
        for (var i = 1; i < 200; i++) await client.SubscribeAsync("/user/queue/events", $"{i}");
        await client.SendAsync("SUBSCRIBE\nid:201\ndestination:/user/queue/events\n\n\0");
        (await client.ReadAsync()).Json.GetProperty("code").GetString().Should().Be("invalid");
    }

    [Fact]
    public async Task One_session_too_many_closes_the_oldest()
    {
        await using var oldest = await ConnectAsync(_alice);
        var others = new List<StompTestClient>();
        for (var i = 0; i < 20; i++) others.Add(await ConnectAsync(_alice));
        (await oldest.ReadCloseAsync()).Should().Be(4409);
        foreach (var other in others) await other.DisposeAsync();
    }

    [Theory]
    [InlineData("expired", "token expired")]
    [InlineData("other key", "bad signature")]
    [InlineData("not signed", "bad signature")]
    [InlineData("no exp", "token has no exp")]
    [InlineData("no sub", "sub must have 1 to 64 characters, none of them a control character")]
    [InlineData("nonsense", "malformed token")]
    public async Task A_bad_token_is_refused_at_every_door_with_its_reason(string kind, string reason)
    {
        var token = BadToken(kind);
        await using (var client = await StompTestClient.OpenAsync(_gateway.StompUrl))
        {
            await client.SendAsync($"CONNECT\naccept-version:1.2\nAuthorization:Bearer {token}\n\n\0");
            (await client.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "ERROR" && f["message"]!.StartsWith(reason) && f["code"] == "unauthenticated");
            (await client.ReadCloseAsync()).Should().Be(1002);
        }
        var handshake = () => StompTestClient.OpenAsync(_gateway.StompUrl, ("Authorization", $"Bearer {token}"));
        (await handshake.Should().ThrowAsync<WebSocketException>()).WithMessage("*401*");
        using var http = await _gateway.CallAsync(HttpMethod.Get, "/rooms", token);
        http.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await ProblemOf(http)).GetProperty("detail").GetString().Should().StartWith(reason);
    }

    [Fact]
    public async Task No_token_is_refused()
    {
        await using (var without = await StompTestClient.OpenAsync(_gateway.StompUrl))
        {
            await without.SendAsync("CONNECT\naccept-version:1.2\n\n\0");
            (await without.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "ERROR" && f["code"] == "unauthenticated");
        }
        await using (var impatient = await StompTestClient.OpenAsync(_gateway.StompUrl))
        {
            await impatient.SendAsync("SUBSCRIBE\nid:1\ndestination:/user/queue/errors\n\n\0");
            (await impatient.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "ERROR" && f["message"] == "Not connected");
        }
    }

    [Fact]
    public async Task Who_says_nothing_is_sent_away_but_not_who_waits_for_a_slow_Auth_Server()
    {
        await using var authServer = await ScriptedAuthServer.StartAsync();
        var answers = new TaskCompletionSource();
        authServer.Delay = answers.Task;
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Auth:JwksUrl"] = $"{authServer.Url}/keys",
            ["Auth:ConnectTimeout"] = "00:00:05",
        });
        var token = authServer.Issue(new SecurityTokenDescriptor { Expires = DateTime.UtcNow.AddHours(1), Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = "alice" } });
        await using var waiting = await StompTestClient.OpenAsync(gateway.StompUrl);
        await waiting.SendAsync($"CONNECT\naccept-version:1.2\nAuthorization:Bearer {token}\n\n\0");
        await using var silent = await StompTestClient.OpenAsync(gateway.StompUrl);
        (await silent.ReadAsync())["message"].Should().Be("Connect timeout");
        (await silent.ReadCloseAsync()).Should().Be(1002);

        answers.SetResult();
        (await waiting.ReadAsync()).Command.Should().Be("CONNECTED");
        gateway.ShouldNotHaveComplained();
    }

    [Fact]
    public async Task A_page_of_another_origin_may_not_connect()
    {
        var foreign = () => StompTestClient.OpenAsync(_gateway.StompUrl, ("Origin", "https://evil.example"));
        (await foreign.Should().ThrowAsync<WebSocketException>()).WithMessage("*403*");
        await using var own = await StompTestClient.OpenAsync(_gateway.StompUrl, ("Origin", $"{_gateway.Address}".TrimEnd('/')));
    }

    [Theory]
    [InlineData("GET /ws/info", "Origin: http://exa³mple.org", "HTTP/1.1 200", "Access-Control-Allow-Origin: *")]
    [InlineData("OPTIONS /ws/0/x/xhr", "Access-Control-Request-Headers: ³", "HTTP/1.1 204", "Access-Control-Allow-Methods: OPTIONS, POST")]
    public async Task What_cannot_stand_in_an_answers_header_is_not_given_back(string request, string header, string status, string expected)
    {
        using var socket = await HostileSocket.OpenAsync(_gateway.Port);
        await socket.SendAsync($"{request} HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\n\r\n");
        var answer = await socket.ReceiveAsync(TimeSpan.FromSeconds(30));
        answer.Should().StartWith(status).And.Contain(expected).And.NotContain("³");
    }

    [Theory]
    [InlineData("POST", "/rooms", "{", 400, "invalid")]
    [InlineData("POST", "/rooms", "{\"name\":\"\"}", 400, "invalid")]
    [InlineData("POST", "/rooms", "{\"name\":\"x\",\"maxMembers\":1}", 400, "invalid")]
    [InlineData("POST", "/rooms", "{\"name\":\"x\",\"visibility\":\"secret\"}", 400, "invalid")]
    [InlineData("POST", "/rooms", "{\"name\":\"x\",\"memberIds\":[\"\"]}", 400, "invalid")]
    [InlineData("POST", "/rooms/direct", "{}", 400, "invalid")]
    [InlineData("GET", "/rooms?limit=0", null, 400, "invalid")]
    [InlineData("GET", "/rooms?limit=many", null, 400, "invalid")]
    [InlineData("GET", "/rooms?cursor=%00", null, 400, "invalid")]
    [InlineData("GET", "/rooms/public?q=%00", null, 400, "invalid")]
    [InlineData("GET", "/rooms/foreign", null, 403, "not_member")]
    [InlineData("GET", "/rooms/foreign/messages", null, 403, "not_member")]
    [InlineData("GET", "/rooms/foreign/members", null, 403, "not_member")]
    [InlineData("POST", "/rooms/foreign/messages", "{\"text\":\"x\"}", 403, "not_member")]
    [InlineData("POST", "/rooms/foreign/join", "{}", 404, "not_found")]
    [InlineData("POST", "/rooms/foreign/leave", null, 403, "not_member")]
    [InlineData("POST", "/rooms/foreign/invites", "{}", 403, "not_member")]
    [InlineData("GET", "/nothing", null, 404, "not_found")]
    [InlineData("PUT", "/rooms", "{}", 405, "invalid")]
    public async Task REST_refuses_with_problem_details_and_the_same_codes(string method, string path, string? body, int status, string code)
    {
        using var answer = await _gateway.CallAsync(new HttpMethod(method), path, TestTokens.Issue(_alice), body is null ? null : Json(body));

        ((int)answer.StatusCode).Should().Be(status);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var problem = await ProblemOf(answer);
        problem.GetProperty("code").GetString().Should().Be(code);
        problem.GetProperty("status").GetInt32().Should().Be(status);
        problem.GetProperty("detail").GetString().Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_body_over_the_limit_gets_413()
    {
        using var answer = await _gateway.CallAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(_alice), Json($$"""{"name":"{{new string('x', 70_000)}}"}"""));
        answer.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await ProblemOf(answer)).GetProperty("code").GetString().Should().Be("too_large");
    }

    private Task<StompTestClient> ConnectAsync(string user) => StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue(user));

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<JsonElement> ProblemOf(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync());

    private static string BadToken(string kind)
    {
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(kind == "other key" ? "another key of the same length, which nobody trusts" : GatewayProcess.SharedKey));
        var claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = kind == "no sub" ? "" : "mallory" };
        var token = new SecurityTokenDescriptor { Claims = claims, SigningCredentials = kind == "not signed" ? null : new SigningCredentials(key, SecurityAlgorithms.HmacSha256) };
        if (kind == "expired") (token.NotBefore, token.IssuedAt, token.Expires) = (DateTime.UtcNow.AddHours(-2), DateTime.UtcNow.AddHours(-2), DateTime.UtcNow.AddSeconds(-1));
        else token.Expires = DateTime.UtcNow.AddHours(1);
        if (kind == "nonsense") return "a.b.c";
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(kind == "no exp" ? new SecurityTokenDescriptor { Claims = claims, SigningCredentials = token.SigningCredentials } : token);
    }
}
