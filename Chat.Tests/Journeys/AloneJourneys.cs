using System.Net;
using System.Net.Http.Json;
using Chat.Tests.Support;
using Chat.Tests.Support.Servers;
using Dapper;
using Microsoft.Data.Sqlite;
using Stomp.Gateway.Security;

namespace Chat.Tests.Journeys;

/// <summary>Presence, sessions, revocations and recent messages of gateways that have neither Redis nor RabbitMQ.</summary>
public sealed class AloneJourneys
{
    [Fact]
    public async Task Who_does_nothing_is_away_until_the_next_frame()
    {
        var settings = RoomsJourney.Settings;
        settings["Presence:AwayAfter"] = "00:00:06";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        var room = await MakeRoomAsync(gateway, "alice", "bob");
        await using var alice = await StompTestClient.ConnectAsync(gateway.StompUrl, TestTokens.Issue("alice"));
        await alice.SubscribeAsync($"/topic/rooms/{room}/signals", "s");
        await using var bob = await StompTestClient.ConnectAsync(gateway.StompUrl, TestTokens.Issue("bob"));

        (await StateAsync(alice, "bob")).Should().Be("online");
        (await StateAsync(alice, "bob")).Should().Be("away");
        await bob.SubscribeAsync("/user/queue/errors", "e");
        (await StateAsync(alice, "bob")).Should().Be("online");
        gateway.ShouldNotHaveComplained();
    }

    [Fact]
    public async Task A_room_that_was_opened_is_opened_again_without_a_look_at_the_messages()
    {
        await using var gateway = await GatewayProcess.StartAsync(RoomsJourney.Settings);
        var (alice, room) = (TestTokens.Issue("alice"), await MakeRoomAsync(gateway, "alice", "bob"));
        await gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", alice, new { text = "first" });
        await using var client = await StompTestClient.ConnectAsync(gateway.StompUrl, alice);
        (await OpenAsync(client, room, "1")).Should().Equal("first");
        await gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", alice, new { text = "second" });
        (await OpenAsync(client, room, "2")).Should().Equal("first", "second");

        await using (var database = new SqliteConnection($"Data Source={gateway.SqliteFile}"))
            await database.ExecuteAsync("alter table messages rename to hidden");

        (await OpenAsync(client, room, "3")).Should().Equal("first", "second");
        var page = await gateway.AskAsync(HttpMethod.Get, $"/rooms/{room}/messages", alice);
        page.GetProperty("items").EnumerateArray().Select(message => message.GetProperty("text").GetString()).Should().Equal("first", "second");
    }

    [NeedsFact(Server.Postgres)]
    public async Task What_is_revoked_on_one_node_counts_on_another_that_hears_of_it_by_the_database_alone()
    {
        var settings = RoomsJourney.Settings;
        settings["Database:Provider"] = "postgres";
        settings["Database:ConnectionString"] = await (await TestServers.Postgres).CreateDatabaseAsync("alone");
        await using var one = await GatewayProcess.StartAsync(settings);
        await using var other = await GatewayProcess.StartAsync(settings);
        var token = TestTokens.Issue("dave");
        await using var dave = await StompTestClient.ConnectAsync(other.StompUrl, token);

        using var body = JsonContent.Create(new { userId = "dave" });
        (await one.CallAsync(HttpMethod.Post, "/admin/revocations", TestTokens.Issue("root", "admin"), body)).StatusCode.Should().Be(HttpStatusCode.NoContent);

        (await dave.ReadAsync())["message"].Should().Be("token revoked");
        (await dave.ReadCloseAsync()).Should().Be(4401);
        (await other.CallAsync(HttpMethod.Get, "/me", token)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_service_account_is_not_ended_by_what_is_revoked_of_tokens()
    {
        var settings = RoomsJourney.Settings;
        settings["Auth:ServiceAccounts:0:Login"] = "billing";
        settings["Auth:ServiceAccounts:0:PasscodeHash"] = $"{PasscodeHash.Of("open sesame", 100_000)}";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        await using var service = await StompTestClient.OpenAsync(gateway.StompUrl);
        await service.SendAsync("CONNECT\naccept-version:1.2\nhost:x\nlogin:billing\npasscode:open sesame\n\n\0");
        (await service.ReadAsync()).Command.Should().Be("CONNECTED");
        var dave = TestTokens.Issue("dave");
        await using var session = await StompTestClient.ConnectAsync(gateway.StompUrl, dave);

        foreach (var user in (string[])["billing", "dave"])
        {
            using var body = JsonContent.Create(new { userId = user });
            (await gateway.CallAsync(HttpMethod.Post, "/admin/revocations", TestTokens.Issue("root", "admin"), body)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        }

        // Whoever has a token is ended by the same look.
        (await session.ReadCloseAsync()).Should().Be(4401);
        await service.SendAsync("DISCONNECT\nreceipt:still here\n\n\0");
        (await service.ReadAsync())["receipt-id"].Should().Be("still here");
    }

    [Fact]
    public async Task A_token_that_is_revoked_between_handshake_and_CONNECT_lets_nobody_in()
    {
        await using var gateway = await GatewayProcess.StartAsync(RoomsJourney.Settings);
        var token = TestTokens.Issue("dave");
        await using var dave = await StompTestClient.OpenAsync(gateway.StompUrl, ("Authorization", $"Bearer {token}"));
        using var body = JsonContent.Create(new { userId = "dave" });
        (await gateway.CallAsync(HttpMethod.Post, "/admin/revocations", TestTokens.Issue("root", "admin"), body)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        await EventuallyAsync(async () => (await gateway.CallAsync(HttpMethod.Get, "/me", token)).StatusCode == HttpStatusCode.Unauthorized);

        await dave.SendAsync("CONNECT\naccept-version:1.2\nhost:x\n\n\0");

        (await dave.ReadAsync())["message"].Should().Be("token revoked");
        (await dave.ReadCloseAsync()).Should().Be(4401);
    }

    private static async Task<string> MakeRoomAsync(GatewayProcess gateway, string owner, params string[] others) =>
        (await gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue(owner), new { name = "Alone", memberIds = others })).GetProperty("id").GetString()!;

    private static async Task<string> StateAsync(StompTestClient client, string user)
    {
        while (true)
        {
            foreach (var signal in (await client.ReadAsync(Patience)).Json.EnumerateArray())
            {
                if (signal.GetProperty("userId").GetString() == user) return signal.GetProperty("state").GetString()!;
            }
        }
    }

    private static async Task<IEnumerable<string?>> OpenAsync(StompTestClient client, string room, string id)
    {
        await client.SendAsync($"SUBSCRIBE\nid:{id}\ndestination:/app/rooms/{room}\n\n\0");
        var opened = (await client.ReadAsync()).Json;
        opened.GetProperty("room").GetProperty("lastMessage").GetProperty("seq").GetInt64().Should().Be(opened.GetProperty("headSeq").GetInt64());
        return opened.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("text").GetString());
    }
}
