using System.Text;
using Chat.Tests.Support.Servers;
using RabbitMQ.Client;

namespace Chat.Tests.Conformance;

/// <summary>What services and administrators find in the broker (docs/protocol.md, section "RabbitMQ").</summary>
public sealed class EventBusTopologyTests
{
    [NeedsFact(Server.RabbitMq)]
    public async Task A_service_gets_the_events_in_a_durable_queue_of_its_own()
    {
        var broker = await TestServers.RabbitMq;
        await using var node = await EventBusNode.StartAsync(broker.Uri);
        await using var service = await new ConnectionFactory { Uri = broker.Uri }.CreateConnectionAsync();
        await using var channel = await service.CreateChannelAsync();
        var room = Sample.NewRoom();
        var queue = $"service-{room}";
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(queue, "chat.events", $"room.{room}.message.created");
        var published = Sample.Message(room, 18) with { Subject = Sample.NewUser() };

        await node.PublishAsync(Sample.Joined(room, 17, Sample.NewUser()), published);

        var got = (await channel.BasicGetAsync(queue, autoAck: true))!;
        got.RoutingKey.Should().Be($"room.{room}.message.created");
        got.Body.ToArray().Should().Equal(published.Body.ToArray());
        got.BasicProperties.ContentType.Should().Be("application/json");
        got.BasicProperties.DeliveryMode.Should().Be(DeliveryModes.Persistent);
        got.BasicProperties.Headers!["seq"].Should().Be(18L);
        Text("node").Should().Be(node.Id.Value);
        Text("room").Should().Be(room.Value);
        Text("event").Should().Be("message.created");
        Text("subject").Should().Be(published.Subject!.Value.Value);
        (await channel.MessageCountAsync(queue)).Should().Be(0);
        await channel.QueueDeleteAsync(queue);

        string Text(string header) => Encoding.UTF8.GetString((byte[])got.BasicProperties.Headers![header]!);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task The_queue_of_a_node_is_bound_for_what_it_listens_to_and_nothing_else()
    {
        var broker = await TestServers.RabbitMq;
        await using var node = await EventBusNode.StartAsync(broker.Uri);
        var (stayed, left, user) = (Sample.NewRoom(), Sample.NewRoom(), Sample.NewUser());
        await node.ListenAsync(stayed);
        await node.ListenAsync(left);
        await node.ListenAsync(user);
        (await KeysAsync()).Should().HaveCount(4);

        await node.StopListeningAsync(left);
        await node.StopListeningAsync(user);

        // The key without a word is that of chat.control, which every node hears.
        (await KeysAsync()).Should().BeEquivalentTo("", $"room.{stayed}.#");

        async Task<string[]> KeysAsync() =>
        [
            .. (await broker.ControlAsync("list_bindings", "source_name", "destination_name", "routing_key"))
                .Select(line => line.Split('\t'))
                .Where(binding => binding[0].StartsWith("chat.", StringComparison.Ordinal) && binding[1] == $"chat.node.{node.Id}")
                .Select(binding => binding[2]),
        ];
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_node_has_one_connection_that_carries_its_name_and_one_exclusive_queue()
    {
        var broker = await TestServers.RabbitMq;
        await using var node = await EventBusNode.StartAsync(broker.Uri);

        var connections = await broker.ControlAsync("list_connections", "client_properties");
        var queues = await broker.ControlAsync("list_queues", "name", "durable", "exclusive");

        connections.Should().ContainSingle(line => line.Contains($"\"chatstomp {node.Id}\"", StringComparison.Ordinal));
        queues.Should().Contain($"chat.node.{node.Id}\tfalse\ttrue");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task What_is_no_event_is_dropped_and_the_next_event_comes()
    {
        var broker = await TestServers.RabbitMq;
        await using var node = await EventBusNode.StartAsync(broker.Uri);
        await using var stranger = await new ConnectionFactory { Uri = broker.Uri }.CreateConnectionAsync();
        await using var channel = await stranger.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var (room, user) = (Sample.NewRoom(), Sample.NewUser());
        await node.ListenAsync(room);
        await node.ListenAsync(user);

        Dictionary<string, object?>?[] malformed =
        [
            null,
            [],
            new() { ["event"] = "message.created", ["room"] = room.Value },
            new() { ["event"] = "message.created", ["room"] = "no/room", ["seq"] = 1L },
            new() { ["event"] = "message.created", ["room"] = room.Value, ["seq"] = "one" },
            new() { ["event"] = "message.created", ["room"] = room.Value, ["seq"] = 1L, ["subject"] = "" },
            new() { ["signal"] = "read", ["subject"] = user.Value },
            new() { ["signal"] = "read" },
            new() { ["signal"] = new Dictionary<string, object?>() },
        ];
        foreach (var headers in malformed)
            await channel.BasicPublishAsync("chat.events", $"room.{room}.x", mandatory: true, new BasicProperties { Headers = headers }, "{]"u8.ToArray());
        await node.PublishAsync(Sample.Message(room, 2));

        (await node.Receiver.NextEventAsync()).Seq.Should().Be(2);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_signal_for_another_user_that_comes_by_the_same_key_is_not_handed_on()
    {
        var broker = await TestServers.RabbitMq;
        await using var node = await EventBusNode.StartAsync(broker.Uri);
        await using var stranger = await new ConnectionFactory { Uri = broker.Uri }.CreateConnectionAsync();
        await using var channel = await stranger.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var (room, user) = (Sample.NewRoom(), Sample.NewUser());
        await node.ListenAsync(user);

        foreach (var subject in new[] { "somebody else", user.Value })
        {
            await channel.BasicPublishAsync(
                exchange: "", $"chat.node.{node.Id}", mandatory: true,
                new BasicProperties { Headers = new Dictionary<string, object?> { ["signal"] = "read", ["subject"] = subject } },
                Encoding.UTF8.GetBytes($$"""{"roomId":"{{room}}","seq":3,"count":7}"""));
        }

        (await node.Receiver.NextAsync()).Should().Be(Sample.Read(user, room, 3));
    }
}
