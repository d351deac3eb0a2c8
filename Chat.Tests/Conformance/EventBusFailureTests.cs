using Chat.Domain.Events;
using Chat.Tests.Support.Servers;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace Chat.Tests.Conformance;

/// <summary>A broker of this class's own, because its tests kill it; each leaves it running.</summary>
public sealed class MortalBroker : IAsyncLifetime
{
    private readonly Lazy<Task<RabbitMqServer>> _server = new(RabbitMqServer.StartAsync);

    internal Task<RabbitMqServer> Server => _server.Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server.IsValueCreated) await (await _server.Value).DisposeAsync();
    }
}

/// <summary>A broker that goes away, and what is left of the bus's promises then.</summary>
public sealed class EventBusFailureTests(MortalBroker broker) : IClassFixture<MortalBroker>, IAsyncLifetime
{
    private RabbitMqServer Broker { get; set; } = null!;

    /// <summary>Also behind a test that failed while the broker was away.</summary>
    public async Task InitializeAsync()
    {
        Broker = await broker.Server;
        if (!Broker.IsRunning) await Broker.StartAgainAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [NeedsFact(Server.RabbitMq)]
    public async Task After_a_broker_was_killed_all_that_is_listened_to_by_then_is_heard_again()
    {
        await using var node = await EventBusNode.StartAsync(Broker.Uri);
        await using var other = await EventBusNode.StartAsync(Broker.Uri);
        var (before, meanwhile, left, user) = (Sample.NewRoom(), Sample.NewRoom(), Sample.NewRoom(), Sample.NewUser());
        await node.ListenAsync(before);
        await node.ListenAsync(left);

        await Broker.KillAsync();
        await node.Awaiting(away => away.PublishAsync(Sample.Message(before, 1))).Should().ThrowAsync<BusUnavailableException>();
        node.Bus.Signal(Sample.Read(user, before, 1));
        await node.ListenAsync(meanwhile);
        await node.ListenAsync(user);
        await node.StopListeningAsync(left);
        // What is being published may fail before the bus has heard of its connection's end.
        var away = await EventuallyAsync(node.CheckHealthAsync, health => health.Status == HealthStatus.Unhealthy);
        away.Description.Should().Contain($"127.0.0.1:{Broker.Port}").And.NotContain("guest");
        await Broker.StartAgainAsync();

        (await node.Receiver.NextAsync()).Should().Be(RecordingReceiver.Interruption);
        (await other.Receiver.NextAsync()).Should().Be(RecordingReceiver.Interruption);
        await other.PublishAsync(Sample.Message(left, 2), Sample.Message(before, 3), Sample.Message(meanwhile, 4), Sample.Joined(left, 5, user));
        (await node.Receiver.NextEventAsync()).Seq.Should().Be(3);
        (await node.Receiver.NextEventAsync()).Seq.Should().Be(4);
        (await node.Receiver.NextEventAsync()).Seq.Should().Be(5);
        (await node.CheckHealthAsync()).Status.Should().Be(HealthStatus.Healthy);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_gateway_that_starts_before_its_broker_waits_for_it()
    {
        await Broker.KillAsync();
        await using var node = await EventBusNode.StartAsync(Broker.Uri);
        var room = Sample.NewRoom();
        await node.ListenAsync(room);
        await node.Awaiting(away => away.PublishAsync(Sample.Message(room, 1))).Should().ThrowAsync<BusUnavailableException>();

        await Broker.StartAgainAsync();

        (await node.Receiver.NextAsync()).Should().Be(RecordingReceiver.Interruption);
        await node.PublishAsync(Sample.Message(room, 2));
        (await node.Receiver.NextEventAsync()).Seq.Should().Be(2);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task What_is_being_published_when_the_broker_is_killed_is_confirmed_or_reported()
    {
        await using var node = await EventBusNode.StartAsync(Broker.Uri);
        var room = Sample.NewRoom();
        var confirmed = new TaskCompletionSource();

        var publishing = Task.Run(async () =>
        {
            for (var seq = 1; ; seq += 100)
            {
                await node.PublishAsync([.. Enumerable.Range(seq, 100).Select(each => Sample.Message(room, each))]);
                confirmed.TrySetResult();
            }
        });
        await confirmed.Task;
        await Broker.KillAsync();

        await publishing.Awaiting(task => task.WaitAsync(TimeSpan.FromSeconds(30))).Should().ThrowAsync<BusUnavailableException>();
        await Broker.StartAgainAsync();
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_channel_that_breaks_is_opened_again_with_its_topology()
    {
        await using var node = await EventBusNode.StartAsync(Broker.Uri);
        var room = Sample.NewRoom();
        await node.ListenAsync(room);
        await using (var administrator = await new ConnectionFactory { Uri = Broker.Uri }.CreateConnectionAsync())
        await using (var channel = await administrator.CreateChannelAsync())
            await channel.ExchangeDeleteAsync("chat.events");

        await node.Awaiting(broken => broken.PublishAsync(Sample.Message(room, 1))).Should().ThrowAsync<BusUnavailableException>();

        (await node.Receiver.NextAsync()).Should().Be(RecordingReceiver.Interruption);
        await node.PublishAsync(Sample.Message(room, 2));
        (await node.Receiver.NextEventAsync()).Seq.Should().Be(2);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_node_whose_queue_is_held_by_a_dying_connection_takes_it_over_when_that_is_gone()
    {
        var id = new NodeId("restarted");
        await using var dying = await new ConnectionFactory { Uri = Broker.Uri }.CreateConnectionAsync();
        await using var channel = await dying.CreateChannelAsync();
        await channel.QueueDeclareAsync($"chat.node.{id}", durable: false, exclusive: true, autoDelete: false);
        await using var node = await EventBusNode.StartAsync(Broker.Uri, id);
        var room = Sample.NewRoom();
        await node.ListenAsync(room);
        (await node.CheckHealthAsync()).Status.Should().Be(HealthStatus.Unhealthy);

        await dying.CloseAsync();

        (await node.Receiver.NextAsync()).Should().Be(RecordingReceiver.Interruption);
        await node.PublishAsync(Sample.Message(room, 1));
        (await node.Receiver.NextEventAsync()).Seq.Should().Be(1);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task After_the_broker_was_killed_a_service_still_has_the_events_that_were_confirmed()
    {
        await using var node = await EventBusNode.StartAsync(Broker.Uri);
        var room = Sample.NewRoom();
        await using (var service = await new ConnectionFactory { Uri = Broker.Uri }.CreateConnectionAsync())
        await using (var channel = await service.CreateChannelAsync())
        {
            await channel.QueueDeclareAsync("service", durable: true, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync("service", "chat.events", "room.#");
        }
        await node.PublishAsync([.. Enumerable.Range(1, 50).Select(seq => Sample.Message(room, seq))]);
        // The messages are on the disk when they are confirmed; a queue that was declared a moment ago need not be.
        await Broker.ControlAsync("eval", "mnesia:sync_log().");

        await Broker.KillAsync();
        await Broker.StartAgainAsync();

        await using var again = await new ConnectionFactory { Uri = Broker.Uri }.CreateConnectionAsync();
        await using var reader = await again.CreateChannelAsync();
        for (var seq = 1L; seq <= 50; seq++)
            (await reader.BasicGetAsync("service", autoAck: true))!.BasicProperties.Headers!["seq"].Should().Be(seq);
    }
}
