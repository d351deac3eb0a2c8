using System.Text;
using Chat.Tests.Support;
using Chat.Tests.Support.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Chat.Tests.Journeys;

/// <summary>Back-end services that speak STOMP to two gateways, and others that speak AMQP to the RabbitMQ behind them.</summary>
public sealed class ServiceJourneys : IAsyncLifetime
{
    private readonly string _queue = $"orders-{Guid.NewGuid():N}";
    private GatewayProcess _one = null!;
    private GatewayProcess _two = null!;
    private IConnection _amqp = null!;
    private IChannel _channel = null!;

    public async Task InitializeAsync()
    {
        if (Needs.ReasonToSkip([Server.RabbitMq, Server.MariaDb]) is not null) return;
        var rabbitMq = await TestServers.RabbitMq;
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
            ["RabbitMq:Uri"] = rabbitMq.Uri.OriginalString,
            ["Database:Provider"] = "mysql",
            ["Database:ConnectionString"] = await (await TestServers.MariaDb).CreateDatabaseAsync("services"),
        };
        _one = await GatewayProcess.StartAsync(settings);
        _two = await GatewayProcess.StartAsync(settings);
        _amqp = await new ConnectionFactory { Uri = rabbitMq.Uri }.CreateConnectionAsync();
        _channel = await _amqp.CreateChannelAsync();
    }

    public async Task DisposeAsync()
    {
        if (_amqp is null) return;
        await _amqp.DisposeAsync();
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [NeedsFact(Server.RabbitMq, Server.MariaDb)]
    public async Task What_is_sent_to_a_queue_over_STOMP_is_consumed_over_AMQP_with_its_properties()
    {
        await using var service = await ConnectAsync(_one);

        await service.SendAsync(
            $"SEND\ndestination:/queue/{_queue}\nreceipt:r\ncontent-type:text/plain\npersistent:true\npriority:4\ncorrelation-id:c-1\nreply-to:/queue/answers\n"
            + "expiration:60000\namqp-message-id:m-1\ntimestamp:1767225600\ntype:order\napp-id:shop\ncolour:b\\clue\n\n주문\0");
        (await service.ReadAsync())["receipt-id"].Should().Be("r");

        var got = await _channel.BasicGetAsync(_queue, autoAck: true);
        Encoding.UTF8.GetString(got!.Body.Span).Should().Be("주문");
        var properties = got.BasicProperties;
        (properties.ContentType, properties.Persistent, properties.Priority, properties.CorrelationId, properties.ReplyTo).Should().Be(("text/plain", true, (byte)4, "c-1", "/queue/answers"));
        (properties.Expiration, properties.MessageId, properties.Timestamp.UnixTime, properties.Type, properties.AppId).Should().Be(("60000", "m-1", 1_767_225_600L, "order", "shop"));
        Encoding.UTF8.GetString((byte[])properties.Headers!["colour"]!).Should().Be("b:lue");
    }

    [NeedsFact(Server.RabbitMq, Server.MariaDb)]
    public async Task What_is_published_over_AMQP_arrives_over_STOMP_and_comes_again_after_a_NACK_until_it_is_acknowledged()
    {
        await using var service = await ConnectAsync(_one);
        await service.SubscribeAsync($"/queue/{_queue}", "q", "ack:client-individual\n");

        await _channel.BasicPublishAsync("", _queue, mandatory: true, new BasicProperties { ContentType = "text/plain", CorrelationId = "c-2" }, Encoding.UTF8.GetBytes("from AMQP"));

        var first = await service.ReadAsync();
        first.Should().Match<TestFrame>(f => f.Command == "MESSAGE" && f.Body == "from AMQP" && f["correlation-id"] == "c-2" && f["redelivered"] == "false");
        await service.SendAsync($"NACK\nid:{first["ack"]}\n\n\0");
        var again = await service.ReadAsync();
        again.Should().Match<TestFrame>(f => f.Body == "from AMQP" && f["redelivered"] == "true");
        await service.SendAsync($"ACK\nid:{again["ack"]}\nreceipt:done\n\n\0");
        (await service.ReadAsync())["receipt-id"].Should().Be("done");

        (await _channel.QueueDeclarePassiveAsync(_queue)).MessageCount.Should().Be(0);
        await service.DisposeAsync();
        await using var later = await ConnectAsync(_two);
        await later.SubscribeAsync($"/queue/{_queue}", "q");
        await later.SendAsync($"/queue/{_queue}", "the next", "r");
        (await ReadAllAsync(later, 2)).Should().Contain(f => f.Body == "the next").And.NotContain(f => f.Body == "from AMQP");
    }

    [NeedsFact(Server.RabbitMq, Server.MariaDb)]
    public async Task A_topic_and_a_queue_are_the_same_ones_on_both_gateways()
    {
        await using var sender = await ConnectAsync(_one);
        await using var listener = await ConnectAsync(_two);
        var topic = $"news.{_queue}";
        await listener.SubscribeAsync($"/topic/{topic}/**", "t");
        await listener.SubscribeAsync($"/queue/{_queue}", "q", "ack:client\n");

        await sender.SendAsync($"SEND\ndestination:/topic/{topic}/korea.seoul\n\nhello\0");
        await sender.SendAsync($"/queue/{_queue}", "1", "r");
        (await sender.ReadAsync())["receipt-id"].Should().Be("r");

        var got = await ReadAllAsync(listener, 2);
        got.Should().ContainSingle(f => f.Body == "hello" && f["destination"] == $"/topic/{topic}.korea.seoul" && f["subscription"] == "t");
        got.Should().ContainSingle(f => f.Body == "1" && f["destination"] == $"/queue/{_queue}");
    }

    [NeedsFact(Server.RabbitMq, Server.MariaDb)]
    public async Task What_is_said_to_a_user_reaches_the_sessions_on_every_node_and_nobody_else()
    {
        await using var here = await StompTestClient.ConnectAsync(_one.StompUrl, TestTokens.Issue("u ser/1"));
        await using var there = await StompTestClient.ConnectAsync(_two.StompUrl, TestTokens.Issue("u ser/1"));
        await using var other = await StompTestClient.ConnectAsync(_two.StompUrl, TestTokens.Issue("user"));
        foreach (var client in new[] { here, there, other }) await client.SubscribeAsync("/user/queue/notices", "n");
        await using var service = await ConnectAsync(_one);

        await service.SendAsync("SEND\ndestination:/user/u ser%2F1/queue/notices\ncontent-type:text/plain\nkind:greeting\nreceipt:r\n\nhello\0");
        await service.SendAsync("SEND\ndestination:/user/user/queue/notices\n\nfor the other\0");

        foreach (var client in new[] { here, there })
            (await client.ReadAsync()).Should().Match<TestFrame>(f => f.Body == "hello" && f["destination"] == "/user/queue/notices" && f["kind"] == "greeting" && f["content-type"] == "text/plain");
        (await other.ReadAsync()).Body.Should().Be("for the other");
    }

    [NeedsFact(Server.RabbitMq, Server.MariaDb)]
    public async Task An_AMQP_service_answers_to_the_temporary_queue_of_a_STOMP_client()
    {
        await _channel.QueueDeclareAsync(_queue, durable: true, exclusive: false, autoDelete: false);
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, asked) =>
            _channel.BasicPublishAsync("", asked.BasicProperties.ReplyTo!, mandatory: false, new BasicProperties { CorrelationId = asked.BasicProperties.CorrelationId }, "42"u8.ToArray()).AsTask();
        await _channel.BasicConsumeAsync(_queue, autoAck: true, consumer);
        await using var client = await ConnectAsync(_one);

        await client.SendAsync($"SEND\ndestination:/queue/{_queue}\nreply-to:/temp-queue/answers\ncorrelation-id:q-1\n\n6*7\0");

        (await client.ReadAsync()).Should().Match<TestFrame>(f => f.Command == "MESSAGE" && f.Body == "42" && f["subscription"] == "/temp-queue/answers" && f["correlation-id"] == "q-1");
    }

    private static Task<StompTestClient> ConnectAsync(GatewayProcess gateway) => StompTestClient.ConnectAsync(gateway.StompUrl, TestTokens.Issue("shop", "service"));

    private static async Task<IReadOnlyList<TestFrame>> ReadAllAsync(StompTestClient client, int count)
    {
        var frames = new List<TestFrame>();
        while (frames.Count < count) frames.Add(await client.ReadAsync().WaitAsync(Patience));
        return frames;
    }
}
