using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Chat.Tests.Support;

namespace Chat.Tests.Journeys;

/// <summary>Somebody who does not read is closed, and holds nobody up.</summary>
public sealed class SlowConsumerJourneys : IAsyncLifetime
{
    private GatewayProcess _gateway = null!;

    public async Task InitializeAsync() => _gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
        ["Limits:MessagesPerWindow"] = "0",
        ["Limits:RoomMessagesPerWindow"] = "0",
        ["Limits:OutboundBytes"] = "200000",
        ["Logging:LogLevel:Stomp"] = "Debug",
    });

    public Task DisposeAsync() => _gateway.DisposeAsync().AsTask();

    [Fact]
    public async Task Who_does_not_read_is_closed_with_4408_and_the_others_go_on()
    {
        const int messages = 600;
        var alice = TestTokens.Issue("alice");
        var room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", alice, new { name = "Fast and slow", memberIds = new[] { "fast", "slow" } })).GetProperty("id").GetString();
        await using var sender = await StompTestClient.ConnectAsync(_gateway.StompUrl, alice);
        await using var fast = await StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue("fast"));
        await using var slow = await StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue("slow"));
        await fast.SubscribeAsync($"/topic/rooms/{room}", "r");
        await slow.SubscribeAsync($"/topic/rooms/{room}", "r");

        // More than the sockets' buffers on the way and the budget hold together.
        var text = new string('가', 7_900);
        for (var i = 0; i < messages; i++)
        {
            await sender.SendAsync($"/app/rooms/{room}/messages", $$"""{"text":"{{text}}"}""", $"{i}");
            (await sender.ReadAsync())["receipt-id"].Should().Be($"{i}");
            (await fast.ReadAsync()).Json.GetProperty("event").GetString().Should().Be("message.created");
        }

        var seen = 0;
        var reading = async () =>
        {
            for (; ; seen++) await slow.ReadAsync();
        };
        await reading.Should().ThrowAsync<WebSocketException>();
        // Whether it still reads the code depends on how long it did not read; the gateway knows why it ended.
        if (slow.CloseCode is { } code) code.Should().Be(4408);
        await UntilSomebodyWasTooSlowAsync(_gateway);
        seen.Should().BeLessThan(messages);
    }

    [Theory, InlineData("/topic/rooms/{0}"), InlineData("/user/queue/rooms")]
    public async Task Who_subscribed_behind_one_who_is_closed_misses_nothing(string slowHears)
    {
        const int messages = 600;
        var alice = TestTokens.Issue("alice");
        var room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", alice, new { name = "Slow and fast", memberIds = new[] { "fast", "slow" } })).GetProperty("id").GetString();
        await using var sender = await StompTestClient.ConnectAsync(_gateway.StompUrl, alice);
        await using var slow = await StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue("slow"));
        await using var fast = await StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue("fast"));
        await slow.SubscribeAsync(string.Format(CultureInfo.InvariantCulture, slowHears, room), "s");
        await fast.SubscribeAsync($"/topic/rooms/{room}", "r");

        var text = new string('가', 7_900);
        var seqs = new List<string?>();
        for (var i = 0; i < messages; i++)
        {
            await sender.SendAsync($"/app/rooms/{room}/messages", $$"""{"text":"{{text}}"}""", $"{i}");
            (await sender.ReadAsync())["receipt-id"].Should().Be($"{i}");
            seqs.Add((await fast.ReadAsync())["seq"]);
        }

        // In front of the first message three joined.
        seqs.Should().Equal(Enumerable.Range(4, messages).Select(seq => $"{seq}"));
        await UntilSomebodyWasTooSlowAsync(_gateway);
    }

    [Fact]
    public async Task A_room_whose_last_messages_are_more_than_the_budget_opens_and_its_reader_stays()
    {
        const int messages = 50;
        var alice = TestTokens.Issue("alice");
        var room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", alice, new { name = "Long" })).GetProperty("id").GetString();
        await using var client = await StompTestClient.ConnectAsync(_gateway.StompUrl, alice);
        var text = new string('가', 7_900);
        for (var i = 0; i < messages; i++)
        {
            await client.SendAsync($"/app/rooms/{room}/messages", $$"""{"text":"{{text}}"}""", $"{i}");
            (await client.ReadAsync())["receipt-id"].Should().Be($"{i}");
        }

        await client.SendAsync($"SUBSCRIBE\ndestination:/app/rooms/{room}\nid:r\nreceipt:opened\n\n\0");

        var opened = await client.ReadAsync();
        Encoding.UTF8.GetByteCount(opened.Body).Should().BeGreaterThan(1_000_000, "that is five times the budget");
        opened.Json.GetProperty("messages").GetArrayLength().Should().Be(messages);
        (await client.ReadAsync())["receipt-id"].Should().Be("opened");
    }

    [Fact]
    public async Task Time_alone_ends_who_reads_nothing_when_nothing_more_comes_and_any_amount_may_wait()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
            ["Logging:LogLevel:Stomp"] = "Debug",
            ["Limits:OutboundBytes"] = "0",
            ["Limits:OutboundTime"] = "00:00:02",
        });
        await using var sender = await StompTestClient.ConnectAsync(gateway.StompUrl, TestTokens.Issue("svc", "service"));
        await using var slow = await StompTestClient.ConnectAsync(gateway.StompUrl, TestTokens.Issue("svc", "service"));
        await slow.SubscribeAsync("/topic/much", "s");

        // More than the sockets' buffers hold.
        var text = new string('x', 4_000_000);
        for (var i = 0; i < 8; i++)
        {
            await sender.SendAsync($"SEND\ndestination:/topic/much\nreceipt:{i}\n\n{text}\0");
            (await sender.ReadAsync())["receipt-id"].Should().Be($"{i}");
        }

        await UntilSomebodyWasTooSlowAsync(gateway);
        await sender.SendAsync("DISCONNECT\nreceipt:last\n\n\0");
        (await sender.ReadAsync())["receipt-id"].Should().Be("last");
    }

    private static async Task UntilSomebodyWasTooSlowAsync(GatewayProcess gateway)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var tick = 0; !gateway.LastOutput().Contains("ended, slow_consumer", StringComparison.Ordinal); tick++)
        {
            tick.Should().BeLessThan(1_000, gateway.LastOutput());
            await timer.WaitForNextTickAsync();
        }
    }
}
