using Chat.Tests.Support.Servers;

namespace Chat.Tests.Conformance;

[Needs(Server.RabbitMq)]
public sealed class RabbitMqEventBusTests : EventBusSuite
{
    private protected override async Task<EventBusNode> StartNodeAsync() => await EventBusNode.StartAsync((await TestServers.RabbitMq).Uri);
}

/// <summary>Two nodes, one broker.</summary>
public sealed class EventBusTwoNodesTests
{
    [NeedsFact(Server.RabbitMq)]
    public async Task Every_node_that_listens_hears_the_room_and_the_others_do_not()
    {
        var broker = (await TestServers.RabbitMq).Uri;
        await using var writer = await EventBusNode.StartAsync(broker);
        await using var other = await EventBusNode.StartAsync(broker);
        var (everywhere, onlyThere) = (Sample.NewRoom(), Sample.NewRoom());
        await writer.ListenAsync(everywhere);
        await other.ListenAsync(everywhere);
        await other.ListenAsync(onlyThere);

        await writer.PublishAsync(Sample.Message(onlyThere, 1), Sample.Message(everywhere, 2));

        (await writer.Receiver.NextEventAsync()).Seq.Should().Be(2);
        (await other.Receiver.NextEventAsync()).Seq.Should().Be(1);
        (await other.Receiver.NextEventAsync()).Seq.Should().Be(2);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_signal_and_a_member_event_find_the_user_on_another_node()
    {
        var broker = (await TestServers.RabbitMq).Uri;
        await using var here = await EventBusNode.StartAsync(broker);
        await using var there = await EventBusNode.StartAsync(broker);
        var (user, room) = (Sample.NewUser(), Sample.NewRoom());
        await there.ListenAsync(user);

        here.Bus.Signal(Sample.Read(user, room, 5));
        (await there.Receiver.NextAsync()).Should().Be(Sample.Read(user, room, 5));

        await here.PublishAsync(Sample.Joined(room, 6, user));
        (await there.Receiver.NextEventAsync()).Seq.Should().Be(6);
    }
}
