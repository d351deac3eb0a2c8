using System.Net;
using System.Net.Sockets;
using System.Text;
using Chat.Domain.Brokering;
using Chat.Domain.Events;
using Chat.Tests.Support.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Chat.Tests.Conformance;

[Needs(Server.RabbitMq)]
public sealed class RabbitMqBrokerTests : BrokerSuite
{
    private protected override async Task<BrokerNode> StartBrokerAsync() => BrokerNode.Start((await TestServers.RabbitMq).Uri);
}

/// <summary>What services that speak AMQP, administrators and other gateways see of the general destinations.</summary>
public sealed class BrokerRabbitMqTests : IAsyncLifetime
{
    private readonly string _name = $"amqp-{Guid.NewGuid():N}";
    private readonly NodeId _id = new($"test-{Guid.NewGuid():N}");
    private RabbitMqServer _broker = null!;
    private BrokerNode _node = null!;
    private BrokerClient _client = null!;
    private IConnection _service = null!;
    private IChannel _channel = null!;

    private QueueAddress Queue => new(_name);

    public async Task InitializeAsync()
    {
        _broker = await TestServers.RabbitMq;
        _node = BrokerNode.Start(_broker.Uri, _id);
        _client = _node.Open();
        _service = await new ConnectionFactory { Uri = _broker.Uri }.CreateConnectionAsync();
        _channel = await _service.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
        await _service.DisposeAsync();
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_service_gets_a_message_with_its_properties_and_no_header_that_its_sender_has_not_set()
    {
        await _client.PublishAsync(Queue, new BrokerMessage(Encoding.UTF8.GetBytes("주문"))
        {
            ContentType = "text/plain",
            ContentEncoding = "identity",
            IsPersistent = true,
            Priority = 3,
            CorrelationId = "c",
            ReplyTo = "r",
            Expiration = TimeSpan.FromSeconds(90),
            MessageId = "m",
            Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_999),
            Type = "t",
            UserId = "guest",
            AppId = "a",
            Headers = [new("b", "2"), new("a", "1")],
        });
        await _client.PublishAsync(Queue, new BrokerMessage(ReadOnlyMemory<byte>.Empty));

        var got = (await _channel.BasicGetAsync(_name, autoAck: true))!;
        Encoding.UTF8.GetString(got.Body.Span).Should().Be("주문");
        var properties = got.BasicProperties;
        (properties.ContentType, properties.ContentEncoding, properties.DeliveryMode, properties.Priority).Should().Be(("text/plain", "identity", DeliveryModes.Persistent, (byte)3));
        (properties.CorrelationId, properties.ReplyTo, properties.Expiration, properties.MessageId).Should().Be(("c", "r", "90000", "m"));
        (properties.Timestamp.UnixTime, properties.Type, properties.UserId, properties.AppId).Should().Be((1_767_225_600, "t", "guest", "a"));
        properties.Headers!.Select(header => (header.Key, Encoding.UTF8.GetString((byte[])header.Value!))).Should().Equal(("b", "2"), ("a", "1"));

        var bare = (await _channel.BasicGetAsync(_name, autoAck: true))!.BasicProperties;
        bare.DeliveryMode.Should().Be(DeliveryModes.Transient);
        bare.Headers.Should().BeNullOrEmpty();
        (bare.IsContentTypePresent() || bare.IsPriorityPresent() || bare.IsTimestampPresent() || bare.IsExpirationPresent()).Should().BeFalse();
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task The_headers_of_a_service_arrive_as_text_and_what_has_none_is_left_out()
    {
        var listener = await _client.ListenAsync(Queue);
        var properties = new BasicProperties
        {
            ContentType = "application/json",
            Persistent = true,
            Timestamp = new AmqpTimestamp(long.MaxValue),
            Expiration = "60000",
            Headers = new Dictionary<string, object?>
            {
                ["text"] = "글",
                ["octets"] = "long string"u8.ToArray(),
                ["true"] = true,
                ["small"] = (byte)200,
                ["int"] = -5,
                ["long"] = 9_000_000_000L,
                ["double"] = 0.5,
                ["decimal"] = 12.50m,
                ["time"] = new AmqpTimestamp(1_767_225_600),
                ["nothing"] = null,
                ["table"] = new Dictionary<string, object?> { ["a"] = 1 },
                ["array"] = new List<object?> { 1, "2" },
                ["binary"] = new BinaryTableValue([1, 2, 3]),
                ["last"] = "",
            },
        };

        await _channel.BasicPublishAsync("", _name, mandatory: true, properties, "{}"u8.ToArray());

        var got = (await listener.NextAsync()).Message;
        got.ContentType.Should().Be("application/json");
        got.IsPersistent.Should().BeTrue();
        got.Expiration.Should().Be(TimeSpan.FromMinutes(1));
        got.Timestamp.Should().BeNull();
        got.Headers.Select(header => (header.Key, header.Value)).Should().Equal(
            ("text", "글"), ("octets", "long string"), ("true", "true"), ("small", "200"), ("int", "-5"), ("long", "9000000000"), ("double", "0.5"), ("decimal", "12.50"),
            ("time", "1767225600"), ("last", ""));
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_message_that_was_given_up_says_why_where_that_can_be_said_in_text()
    {
        var dead = new QueueAddress(_name + "-dead");
        var parameters = new QueueParameters { Arguments = new Dictionary<string, object> { ["x-dead-letter-exchange"] = "", ["x-dead-letter-routing-key"] = dead.Name } };
        var graveyard = await _client.ListenAsync(dead);
        await _client.PublishAsync(Queue, "1", parameters);
        var listener = await _client.ListenAndSettleAsync(Queue, queue: parameters);

        await listener.SettleAsync(await listener.NextAsync(), Settlement.Reject);

        (await graveyard.NextAsync()).Message.Headers.Select(header => (header.Key, header.Value)).Should().BeEquivalentTo(
            [("x-first-death-exchange", ""), ("x-first-death-queue", _name), ("x-first-death-reason", "rejected")]);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task Queues_are_in_the_broker_as_they_were_wanted()
    {
        await _client.PublishAsync(Queue, "1", new QueueParameters { Arguments = new Dictionary<string, object> { ["x-max-length"] = 7L } });
        await _client.ListenAsync(new QueueAddress(_name + "-exclusive"), new QueueParameters { IsDurable = false });
        await _client.ListenAsync(new TopicAddress(_name), new QueueParameters { Name = _name + "-listener" });
        await _client.ListenAsync(new TopicAddress(_name), queue: null, new ConsumeParameters { DurableName = _name });

        var queues = await _broker.ControlAsync("list_queues", "name", "durable", "auto_delete", "exclusive", "arguments");
        var bindings = await _broker.ControlAsync("list_bindings", "source_name", "destination_name", "routing_key");

        var kept = bindings.Select(line => line.Split('\t')).Single(binding => binding[2] == _name && binding[1].StartsWith("stomp.subscription.", StringComparison.Ordinal))[1];
        queues.Should().Contain($"{_name}\ttrue\tfalse\tfalse\t[{{\"x-max-length\",7}}]")
            .And.Contain($"{_name}-exclusive\tfalse\ttrue\ttrue\t[]")
            .And.Contain($"{_name}-listener\tfalse\ttrue\ttrue\t[]")
            .And.Contain($"{kept}\ttrue\tfalse\tfalse\t[]");
        bindings.Should().Contain($"amq.topic\t{_name}-listener\t{_name}");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task All_sessions_share_one_connection_with_the_name_of_the_node_and_those_that_do_nothing_have_no_channel()
    {
        (await ConnectionsAsync()).Should().BeEmpty();
        await using var second = _node.Open();
        await using var idle = _node.Open();

        await _client.PublishAsync(Queue, "1");
        await second.ListenAsync(Queue);

        (await ConnectionsAsync()).Should().Equal("2");

        async Task<string[]> ConnectionsAsync() =>
        [
            .. (await _broker.ControlAsync("list_connections", "channels", "client_properties"))
                .Where(line => line.Contains($"\"chatstomp {_id}\"", StringComparison.Ordinal))
                .Select(line => line.Split('\t')[0]),
        ];
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task What_a_listener_may_have_on_its_way_is_bounded_although_it_names_no_bound()
    {
        await _client.ListenAsync(Queue);

        var consumers = await _broker.ControlAsync("list_consumers", "queue_name", "ack_required", "prefetch_count");

        consumers.Should().Contain($"{_name}\ttrue\t1024");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_refusal_has_the_text_of_the_broker()
    {
        await _channel.QueueDeclareAsync(_name, durable: false, exclusive: true, autoDelete: false);

        (await RefusalOfAsync(client => client.ListenAsync(new ExistingQueueAddress("no such queue")))).Should().Be("NOT_FOUND - no queue 'no such queue' in vhost '/'");
        (await RefusalOfAsync(client => client.PublishAsync(Queue, "1"))).Should().StartWith($"RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '{_name}' in vhost '/'");
        (await RefusalOfAsync(client => client.PublishAsync(new QueueAddress("amq.mine"), "1"))).Should().StartWith("ACCESS_REFUSED - queue name 'amq.mine'");
        (await RefusalOfAsync(client => client.PublishAsync(new QueueAddress(_name + "x"), Text.Message("1") with { UserId = "somebody" })))
            .Should().StartWith("PRECONDITION_FAILED - user_id property set to 'somebody'");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_queue_that_is_deleted_by_an_administrator_ends_the_sessions_that_listen_to_it()
    {
        await _client.ListenAsync(Queue);

        await _channel.QueueDeleteAsync(_name);

        var failure = await _client.FailureAsync();
        (failure.Failure, failure.Message).Should().Be((BrokerFailure.NotFound, "Server cancelled subscription"));
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task An_exclusive_queue_is_also_refused_to_another_gateway()
    {
        var parameters = new QueueParameters { IsDurable = false };
        await _client.ListenAsync(Queue, parameters);
        await using var other = BrokerNode.Start(_broker.Uri);
        await using var there = other.Open();

        var refusal = await FluentActions.Awaiting(() => there.ListenAsync(Queue, parameters)).Should().ThrowAsync<BrokerException>();

        refusal.Which.Failure.Should().Be(BrokerFailure.ResourceLocked);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_session_that_ends_leaves_a_queue_alone_that_is_somebody_elses_by_now()
    {
        await using (var owner = _node.Open())
        {
            await owner.PublishAsync(Queue, "1", new QueueParameters { IsExclusive = true, Arguments = new Dictionary<string, object> { ["x-expires"] = 1L } });
            await TakeOverAsync();
            await _channel.BasicPublishAsync("", _name, mandatory: true, "kept"u8.ToArray());
        }

        (await _channel.MessageCountAsync(_name)).Should().Be(1);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_name_or_property_that_AMQP_cannot_carry_ends_its_session_and_no_other()
    {
        var listener = await _client.ListenAsync(Queue);

        (await RefusalOfAsync(client => client.PublishAsync(Queue, Text.Message("1") with { CorrelationId = new string('가', 100) }))).Should().Contain("255 octets");
        (await RefusalOfAsync(client => client.PublishAsync(Queue, Text.Message("1") with { Headers = [new(new string('h', 256), "")] }))).Should().Contain("255 octets");
        (await RefusalOfAsync(client => client.PublishAsync(new TopicAddress(new string('k', 256)), "1"))).Should().Contain("255 octets");
        (await RefusalOfAsync(client => client.ListenAsync(new QueueAddress(new string('q', 256))))).Should().Contain("255 octets");

        await _client.PublishAsync(Queue, "2");
        (await listener.NextTextAsync()).Should().Be("2");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_queue_that_goes_unused_for_long_enough_is_made_again_by_the_next_message()
    {
        var parameters = new QueueParameters { Arguments = new Dictionary<string, object> { ["x-expires"] = 60_000L } };
        await _client.PublishAsync(Queue, "1", parameters);
        await _channel.QueueDeleteAsync(_name);

        await _client.PublishAsync(Queue, "2", parameters);

        Encoding.UTF8.GetString((await _channel.BasicGetAsync(_name, autoAck: true))!.Body.Span).Should().Be("2");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_stream_is_read_from_where_its_reader_says()
    {
        var stream = new QueueParameters { Arguments = new Dictionary<string, object> { ["x-queue-type"] = "stream" } };
        for (var i = 0; i < 3; i++) await _client.PublishAsync(Queue, $"{i}", stream);

        foreach (var (offset, first) in new (object, string)[] { ("first", "0"), (0L, "0"), (2L, "2"), (DateTimeOffset.UtcNow.AddHours(-1), "0"), ("1h", "0") })
        {
            await using var reader = _node.Open();
            var listener = await reader.ListenAsync(Queue, stream, new ConsumeParameters { Arguments = new Dictionary<string, object> { ["x-stream-offset"] = offset } });
            (await listener.NextTextAsync()).Should().Be(first, "it is read from {0}", offset);
        }
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_message_to_a_queue_that_was_deleted_meanwhile_is_not_confirmed()
    {
        await _client.PublishAsync(Queue, "1");
        await _channel.QueueDeleteAsync(_name);

        var lost = (await FluentActions.Awaiting(() => _client.PublishAsync(Queue, "2")).Should().ThrowAsync<BrokerException>()).Which;

        (lost.Failure, lost.Message).Should().Be((BrokerFailure.NotFound, $"NOT_FOUND - no queue '{_name}': it was deleted"));
        (await _client.FailureAsync()).Should().BeSameAs(lost);
        await using var next = _node.Open();
        await next.PublishAsync(Queue, "3");
        (await (await next.ListenAsync(Queue)).NextTextAsync()).Should().Be("3");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task Whatever_a_client_asks_of_the_broker_no_other_session_ends_with_it()
    {
        var listener = await _client.ListenAsync(Queue);
        var stream = new QueueAddress(_name + "-stream");
        var ofStream = new QueueParameters { Arguments = new Dictionary<string, object> { ["x-queue-type"] = "stream" } };
        Func<BrokerClient, Task>[] calls =
        [
            client => client.ListenAsync(stream, ofStream, new ConsumeParameters { Arguments = new Dictionary<string, object> { ["x-stream-offset"] = "nonsense" } }),
            client => client.ListenAsync(stream, ofStream, new ConsumeParameters { Arguments = new Dictionary<string, object> { ["x-stream-offset"] = -5L } }),
            client => client.ListenAsync(stream, ofStream, new ConsumeParameters { Arguments = new Dictionary<string, object> { ["x-stream-offset"] = true } }),
            client => client.ListenAsync(new QueueAddress(_name + "-c"), Of("x-max-age", "nonsense", ofStream)),
            client => client.PublishAsync(new QueueAddress(_name + "-c"), "1", Of("x-max-age", "1000000000000000000D", ofStream)),
            client => client.ListenAsync(new QueueAddress(_name + "-c"), Of("x-stream-max-segment-size-bytes", -1L, ofStream)),
            client => client.ListenAsync(new QueueAddress(_name + "-c"), Of("x-stream-max-segment-size-bytes", "nonsense", ofStream)),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-queue-type", "nonsense")),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-queue-type", 5L)),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-overflow", "nonsense")),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-max-age", "nonsense")),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-message-ttl", -1L)),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-message-ttl", long.MaxValue)),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-expires", long.MaxValue)),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-max-priority", 1000L)),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-single-active-consumer", "nonsense")),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-dead-letter-exchange", 5L)),
            client => client.ListenAsync(new QueueAddress(_name + "-a"), Of("x-dead-letter-routing-key", "no exchange")),
            client => client.ListenAsync(new QueueAddress(_name + "-b"), queue: null, new ConsumeParameters { Arguments = new Dictionary<string, object> { ["x-priority"] = "high" } }),
            client => client.ListenAsync(new QueueAddress("amq.own")),
            client => client.PublishAsync(new ExchangeAddress("amq.rabbitmq.trace", "k"), "1"),
            client => client.PublishAsync(Queue, Text.Message("1") with { Headers = [new("CC", "elsewhere")] }),
            client => client.PublishAsync(Queue, Text.Message("1") with { Expiration = TimeSpan.FromDays(20_000) }),
        ];

        foreach (var call in calls)
        {
            await using var client = _node.Open();
            (await FluentActions.Awaiting(() => call(client)).Should().ThrowAsync<BrokerException>()).Which.Failure.Should().BeOneOf(BrokerFailure.PreconditionFailed, BrokerFailure.AccessRefused);
        }

        await _client.PublishAsync(Queue, "2");
        (await listener.NextTextAsync()).Should().Be("2");
        _client.Failures.Should().BeEmpty();

        static QueueParameters Of(string name, object value, QueueParameters? more = null) =>
            new() { Arguments = new Dictionary<string, object>(more?.Arguments ?? new Dictionary<string, object>()) { [name] = value } };
    }

    [Fact]
    public async Task More_calls_than_a_session_may_have_waiting_end_it()
    {
        // It takes the connection and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, port: 0);
        silent.Start();
        await using var node = BrokerNode.Start(new Uri($"amqp://guest:s3cret@127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/"));
        await using var client = node.Open();

        var sending = Enumerable.Range(0, 1_025).Select(i => client.PublishAsync(Queue, $"{i}")).ToList();

        foreach (var sent in sending)
        {
            (await sent.Awaiting(task => task).Should().ThrowAsync<BrokerException>()).Which.Message.Should().Be("1024 calls are waiting for RabbitMQ already.");
        }
        (await client.FailureAsync()).Failure.Should().Be(BrokerFailure.Unavailable);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_said_to_be_away_without_its_password()
    {
        var port = FreePort.Next();
        await using var node = BrokerNode.Start(new Uri($"amqp://guest:s3cret@127.0.0.1:{port}/"));
        await using var client = node.Open();

        var failure = (await FluentActions.Awaiting(() => client.PublishAsync(Queue, "1")).Should().ThrowAsync<BrokerException>()).Which;

        failure.Failure.Should().Be(BrokerFailure.Unavailable);
        failure.Message.Should().Be($"There is no connection to RabbitMQ at 127.0.0.1:{port}.");
        failure.ToString().Should().NotContain("s3cret");
        (await client.FailureAsync()).Should().BeSameAs(failure);
    }

    /// <summary>Makes the queue for everybody as soon as it is no longer somebody's alone.</summary>
    private async Task TakeOverAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            await using var channel = await _service.CreateChannelAsync(options: null, patience.Token);
            try
            {
                await channel.QueueDeclareAsync(_name, durable: true, exclusive: false, autoDelete: false, cancellationToken: patience.Token);
                return;
            }
            catch (OperationInterruptedException locked) when (locked.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
            {
                patience.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<string> RefusalOfAsync(Func<BrokerClient, Task> what)
    {
        await using var client = _node.Open();
        return (await FluentActions.Awaiting(() => what(client)).Should().ThrowAsync<BrokerException>()).Which.Message;
    }
}
