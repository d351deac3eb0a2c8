using System.Text;
using System.Text.Json;
using Chat.Tests.Support;
using Chat.Tests.Support.Servers;
using ChatStomp.Contracts;
using MassTransit;
using RabbitMQ.Client;

namespace Chat.Tests.Journeys;

/// <summary>Services that have the system say something by MassTransit's own client, to a gateway that reads what it writes without it.</summary>
public sealed class MassTransitJourneys : IAsyncLifetime
{
    private static readonly Uri SystemExchange = new("exchange:chat.system");

    private RabbitMqServer _rabbit = null!;
    private GatewayProcess _gateway = null!;
    private string _room = "";

    public async Task InitializeAsync()
    {
        if (Needs.ReasonToSkip([Server.RabbitMq]) is not null) return;
        // One of its own: every gateway on a broker takes from the one queue of this name.
        _rabbit = await RabbitMqServer.StartAsync();
        _gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
            ["RabbitMq:Uri"] = $"{_rabbit.Uri}",
        });
        // Nobody keeps what is published before anybody listens.
        await EventuallyAsync(() => _rabbit.ControlAsync("list_queues", "name", "consumers"), queues => queues.Contains("chat.system\t1"));
        _room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", TestTokens.Issue("alice"), new { name = "Tea" })).GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_rabbit is not null) await _rabbit.DisposeAsync();
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task What_is_sent_and_published_is_delivered_once_for_each_key()
    {
        await using var alice = await StompTestClient.ConnectAsync(_gateway.StompUrl, TestTokens.Issue("alice"));
        await alice.SubscribeAsync($"/topic/rooms/{_room}", "room");

        foreach (var isRaw in (bool[])[false, true])
        {
            await UsingMassTransitAsync(isRaw, async bus =>
            {
                var message = new PublishSystemMessage { IdempotencyKey = $"k-{isRaw}", RoomId = _room, Text = "주문이 왔습니다 <1>", Data = new { order = 7, to = "김철수" } };
                var queue = await bus.GetSendEndpoint(SystemExchange);
                for (var i = 0; i < 2; i++) await queue.Send(message);
                for (var i = 0; i < 2; i++) await bus.Publish(message);
                await queue.Send(message with { IdempotencyKey = $"end-{isRaw}", Text = "end", Data = null });
            });
        }

        string[] keys = ["k-False", "end-False", "k-True", "end-True"];
        foreach (var key in keys)
        {
            var heard = (await alice.ReadAsync()).Json.GetProperty("message");
            heard.GetProperty("clientMessageId").GetString().Should().Be(key);
            (heard.GetProperty("type").GetString(), heard.GetProperty("sender").GetProperty("id").GetString()).Should().Be(("SYSTEM", "system"));
            if (!key.StartsWith('k')) continue;
            heard.GetProperty("text").GetString().Should().Be("주문이 왔습니다 <1>");
            heard.GetProperty("data").GetRawText().Should().Be("""{"order":7,"to":"김철수"}""");
        }
        var history = await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{_room}/messages", TestTokens.Issue("alice"));
        history.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("clientMessageId").GetString()).Should().Equal(keys);
        _gateway.ShouldNotHaveComplained();
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task What_cannot_be_taken_lies_in_the_error_queue_in_its_envelope_with_the_reason()
    {
        await UsingMassTransitAsync(isRaw: false, async bus =>
        {
            var queue = await bus.GetSendEndpoint(SystemExchange);
            await queue.Send(new PublishSystemMessage { IdempotencyKey = "k", RoomId = "nowhere", Text = "x" });
            await queue.Send(new PublishSystemMessage { RoomId = _room, Text = "without a key" });
            await queue.Send(new SomethingElse("x"));
        });

        await using var amqp = await new ConnectionFactory { Uri = _rabbit.Uri }.CreateConnectionAsync();
        await using var channel = await amqp.CreateChannelAsync();
        foreach (var (code, type) in (IEnumerable<(string, string)>)[("not_found", nameof(PublishSystemMessage)), ("invalid", nameof(PublishSystemMessage)), ("invalid", nameof(SomethingElse))])
        {
            var parked = await GetAsync(channel);
            parked.BasicProperties.ContentType.Should().Be("application/vnd.masstransit+json");
            Encoding.UTF8.GetString((byte[])parked.BasicProperties.Headers!["code"]!).Should().Be(code);
            JsonElement.Parse(parked.Body.Span).GetProperty("messageType")[0].GetString().Should().EndWith(type);
        }
        (await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{_room}/messages", TestTokens.Issue("alice"))).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    /// <param name="isRaw">Whether it writes the message alone, without its envelope.</param>
    /// <param name="produce">What the service does.</param>
    private async Task UsingMassTransitAsync(bool isRaw, Func<IBusControl, Task> produce)
    {
        using var limit = new CancellationTokenSource(Patience);
        var bus = Bus.Factory.CreateUsingRabbitMq(configuration =>
        {
            configuration.Host(_rabbit.Uri);
            if (isRaw) configuration.UseRawJsonSerializer();
        });
        await bus.StartAsync(limit.Token);
        try
        {
            await produce(bus).WaitAsync(limit.Token);
        }
        finally
        {
            await bus.StopAsync(limit.Token);
        }
    }

    private static async Task<BasicGetResult> GetAsync(IChannel channel) =>
        (await EventuallyAsync(() => channel.BasicGetAsync("chat.system_error", autoAck: true), got => got is not null))!;

    private sealed record SomethingElse(string Text);
}
