using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Tests.Support;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Chat.Tests.Journeys;

/// <summary>Messages that wait for their time, against running gateways.</summary>
public sealed class ScheduleJourneys
{
    private static readonly string Alice = TestTokens.Issue("alice");
    private static readonly string Bob = TestTokens.Issue("bob");

    [Fact]
    public async Task A_message_that_came_due_while_the_gateway_was_away_is_posted_once_at_its_start()
    {
        await using var gateway = await GatewayProcess.StartAsync(RoomsJourney.Settings);
        var room = await MakeRoomAsync(gateway);
        using var answer = await CallAsync(gateway, HttpMethod.Post, $"/rooms/{room}/scheduled-messages", Alice, new { text = "good morning", dueAt = DateTimeOffset.UtcNow.AddHours(1) });
        var scheduled = await answer.Content.ReadFromJsonAsync<JsonElement>();
        (answer.StatusCode, answer.Headers.Location!.OriginalString).Should().Be((HttpStatusCode.Created, $"/api/v1/me/scheduled-messages/{scheduled.GetProperty("id").GetString()}"));
        await gateway.KillAsync();
        await ComeDueAsync(gateway);

        await gateway.StartAgainAsync();
        await using (var bob = await StompTestClient.ConnectAsync(gateway.StompUrl, Bob))
        {
            await bob.SendAsync($"SUBSCRIBE\nid:t\ndestination:/topic/rooms/{room}\nsince:2\n\n\0");
            var message = (await bob.ReadAsync(Patience)).Json.GetProperty("message");
            message.GetProperty("text").GetString().Should().Be("good morning");
            message.GetProperty("clientMessageId").GetString().Should().Be($"scheduled-{scheduled.GetProperty("id").GetString()}");
            message.GetProperty("sender").GetProperty("name").GetString().Should().Be("alice of the tests");
            message.GetProperty("createdAt").GetDateTimeOffset().Should().BeCloseTo(DateTimeOffset.UtcNow, Patience);
        }
        await gateway.KillAsync();
        await gateway.StartAgainAsync();

        await IsDoneAsync(gateway);
        (await gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages", Alice)).GetProperty("items").GetArrayLength().Should().Be(1);
        gateway.ShouldNotHaveComplained();
    }

    [Fact]
    public async Task A_message_is_scheduled_changed_and_posted_at_its_time()
    {
        await using var gateway = await GatewayProcess.StartAsync(RoomsJourney.Settings);
        var room = await MakeRoomAsync(gateway);
        await using var phone = await StompTestClient.ConnectAsync(gateway.StompUrl, Alice);
        await phone.SubscribeAsync("/user/queue/events", "e");
        await using var laptop = await StompTestClient.ConnectAsync(gateway.StompUrl, Alice);
        await laptop.SubscribeAsync("/user/queue/errors", "x");

        await laptop.SendAsync($"/app/rooms/{room}/scheduled-messages", $$"""{"text":"first","clientMessageId":"c-1","dueAt":"{{DateTimeOffset.UtcNow.AddHours(1):O}}"}""", "r-1");
        (await laptop.ReadAsync())["receipt-id"].Should().Be("r-1");
        var id = await HearAsync(phone, "scheduled.changed", "c-1");
        await laptop.SendAsync($"/app/rooms/{room}/scheduled-messages", """{"text":"second","clientMessageId":"c-2"}""", "r-2");
        var refused = (await laptop.ReadAsync()).Json;
        (refused.GetProperty("code").GetString(), refused.GetProperty("clientMessageId").GetString()).Should().Be(("invalid", "c-2"));

        var due = DateTimeOffset.UtcNow.AddSeconds(20);
        await laptop.SendAsync($"/app/scheduled-messages/{id}/edit", $$"""{"text":"at ten","dueAt":"{{due:O}}"}""", "r-3");
        (await laptop.ReadAsync())["receipt-id"].Should().Be("r-3");
        (await HearAsync(phone, "scheduled.changed", "c-1")).Should().Be(id);
        var changed = await gateway.AskAsync(HttpMethod.Get, $"/me/scheduled-messages/{id}", Alice);
        (changed.GetProperty("text").GetString(), changed.GetProperty("dueAt").GetDateTimeOffset()).Should().Be(("at ten", DateTimeOffset.FromUnixTimeMilliseconds(due.ToUnixTimeMilliseconds())));
        using (var back = await CallAsync(gateway, HttpMethod.Post, $"/rooms/{room}/scheduled-messages", Alice, new { text = "never", dueAt = due.AddMinutes(1) }))
        {
            var never = await HearAsync(phone, "scheduled.changed", name: null);
            await laptop.SendAsync($"/app/scheduled-messages/{never}/delete", "", "r-4");
            (await laptop.ReadAsync())["receipt-id"].Should().Be("r-4");
            (await HearAsync(phone, "scheduled.removed", name: null)).Should().Be(never);
            (await StatusAsync(gateway, HttpMethod.Delete, $"/me/scheduled-messages/{never}", Alice)).Should().Be(HttpStatusCode.NotFound);
        }
        (await ListAsync(gateway, Bob)).Should().BeEmpty();
        (await StatusAsync(gateway, HttpMethod.Get, $"/me/scheduled-messages/{id}", Bob)).Should().Be(HttpStatusCode.NotFound);
        (await ListAsync(gateway, Alice)).Should().ContainSingle().Which.GetRawText().Should().Be(changed.GetRawText());

        (await HearAsync(phone, "scheduled.posted", "c-1")).Should().Be(id);
        var posted = (await gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages", Alice)).GetProperty("items")[0];
        (posted.GetProperty("text").GetString(), posted.GetProperty("clientMessageId").GetString()).Should().Be(("at ten", "c-1"));
        posted.GetProperty("createdAt").GetDateTimeOffset().Should().BeOnOrAfter(changed.GetProperty("dueAt").GetDateTimeOffset()).And.BeBefore(due + Patience);
        (await ListAsync(gateway, Alice)).Should().BeEmpty();
        gateway.ShouldNotHaveComplained();
    }

    [Fact]
    public async Task One_that_is_refused_at_its_time_is_kept_for_its_sender_who_has_left_and_is_told()
    {
        await using var gateway = await GatewayProcess.StartAsync(RoomsJourney.Settings);
        var room = await MakeRoomAsync(gateway);
        using var answer = await CallAsync(gateway, HttpMethod.Post, $"/rooms/{room}/scheduled-messages", Bob, new { text = "bye", dueAt = DateTimeOffset.UtcNow.AddHours(1) });
        await StatusAsync(gateway, HttpMethod.Post, $"/rooms/{room}/leave", Bob);
        await using var bob = await StompTestClient.ConnectAsync(gateway.StompUrl, Bob);
        await bob.SubscribeAsync("/user/queue/events", "e");
        await ComeDueAsync(gateway);

        var told = (await bob.ReadAsync(Patience)).Json;
        var kept = (await ListAsync(gateway, Bob)).Single();

        (told.GetProperty("event").GetString(), told.GetProperty("code").GetString(), told.GetProperty("scheduledMessageId").GetString()).Should().Be(("scheduled.failed", "not_member", kept.GetProperty("id").GetString()));
        kept.GetProperty("failure").GetProperty("code").GetString().Should().Be("not_member");
        kept.GetProperty("failure").GetProperty("detail").GetString().Should().Be(told.GetProperty("detail").GetString());
        (await StatusAsync(gateway, HttpMethod.Patch, $"/me/scheduled-messages/{kept.GetProperty("id")}", Bob, new { dueAt = DateTimeOffset.UtcNow.AddHours(1) })).Should().Be(HttpStatusCode.Forbidden);
        (await StatusAsync(gateway, HttpMethod.Delete, $"/me/scheduled-messages/{kept.GetProperty("id")}", Bob)).Should().Be(HttpStatusCode.NoContent);
        (await ListAsync(gateway, Bob)).Should().BeEmpty();
        (await gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages", Alice)).GetProperty("items").GetArrayLength().Should().Be(0);
        gateway.ShouldNotHaveComplained();
    }

    private static async Task<string> MakeRoomAsync(GatewayProcess gateway)
    {
        foreach (var token in new[] { Alice, Bob }) await gateway.AskAsync(HttpMethod.Get, "/me", token);
        return (await gateway.AskAsync(HttpMethod.Post, "/rooms", Alice, new { name = "Tea", memberIds = new[] { "bob" } })).GetProperty("id").GetString()!;
    }

    /// <summary>Nobody has an hour.</summary>
    private static async Task ComeDueAsync(GatewayProcess gateway)
    {
        await using var database = new SqliteConnection($"Data Source={gateway.SqliteFile}");
        (await database.ExecuteAsync("update scheduled_messages set due_at = 1, wake_at = 1")).Should().Be(1);
    }

    private static Task IsDoneAsync(GatewayProcess gateway) => EventuallyAsync(async () => (await ListAsync(gateway, Alice)).Count == 0);

    private static async Task<string?> HearAsync(StompTestClient client, string kind, string? name)
    {
        var notice = (await client.ReadAsync(Patience)).Json;
        notice.GetProperty("event").GetString().Should().Be(kind);
        (notice.TryGetProperty("clientMessageId", out var given) ? given.GetString() : null).Should().Be(name);
        return notice.GetProperty("scheduledMessageId").GetString();
    }

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(GatewayProcess gateway, string token) =>
        [.. (await gateway.AskAsync(HttpMethod.Get, "/me/scheduled-messages", token)).GetProperty("items").EnumerateArray()];

    private static async Task<HttpStatusCode> StatusAsync(GatewayProcess gateway, HttpMethod method, string path, string token, object? body = null)
    {
        using var answer = await CallAsync(gateway, method, path, token, body);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> CallAsync(GatewayProcess gateway, HttpMethod method, string path, string token, object? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        return await gateway.CallAsync(method, path, token, content);
    }
}
