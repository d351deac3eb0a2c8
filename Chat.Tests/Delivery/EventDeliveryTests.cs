using System.Reflection;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Sessions;
using Chat.Domain.Users;
using Chat.Tests.Conformance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Stomp.Gateway.Connections;
using Stomp.Gateway.Delivery;

namespace Chat.Tests.Delivery;

/// <summary>Whatever the bus does to the events, who listens sees each once and in order. The storage is real.</summary>
public sealed class EventDeliveryTests() : StoreSuite(StoreDatabase.Sqlite)
{
    private static readonly UserId Alice = UserId.Parse("alice");
    private static readonly UserId Bob = UserId.Parse("bob");

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public async Task Everybody_sees_every_number_once_and_in_order_over_a_bus_that_drops_doubles_and_shuffles(int seed)
    {
        const int messages = 400;
        await using var delivery = await DeliveryNode.StartAsync(Node, seed);
        var random = new Random(seed);
        var room = await Node.CreateRoomAsync(Alice, Bob);
        var subscribers = new List<(RecordingSubscriber Subscriber, long After)>();

        for (var i = 0; i < messages; i++)
        {
            if (i % 20 == 0)
            {
                // Who comes later brings whatever number it had got to; now and then it has the newest.
                var subscriber = new RecordingSubscriber(Bob);
                var since = random.Next(3) == 0 ? (await Node.Rooms.FindAsync(room.Id, CancellationToken.None))!.HeadSeq : random.Next(i + 1);
                await delivery.SubscribeAsync(subscriber, room, since);
                subscribers.Add((subscriber, since));
            }
            await Node.PostAsync(room.Id, Alice, $"{i}");
            if (i % 150 == 149) delivery.Bus.Interrupt();
        }
        await EventuallyAsync(() => Task.FromResult(Node.Bus.Published.Count == messages + 2));
        delivery.Bus.Interrupt();

        const long head = messages + 2;
        await EventuallyAsync(() => Task.FromResult(subscribers.TrueForAll(s => s.Subscriber.Seqs is [.., >= head])));
        foreach (var (subscriber, after) in subscribers) subscriber.Seqs.Should().Equal(LongRange(after + 1, head));
        delivery.Bus.Should().Match<UnreliableBus>(b => b.Dropped > 10 && b.Doubled > 10 && b.Delayed > 50, "the bus must have been bad");
    }

    [Fact]
    public async Task What_the_bus_lost_without_a_trace_is_noticed_by_the_audit()
    {
        await using var delivery = await DeliveryNode.StartAsync(Node, seed: 0);
        var room = await Node.CreateRoomAsync(Alice, Bob);
        var subscriber = new RecordingSubscriber(Bob);
        await delivery.SubscribeAsync(subscriber, room, since: 2);
        Node.Bus.WhenPublished = _ => { };

        await Node.PostAsync(room.Id, Alice);

        await EventuallyAsync(() => Task.FromResult(subscriber.Seqs is [3]));
    }

    [Fact]
    public async Task Who_left_hears_that_and_nothing_after_it_live_and_in_a_replay()
    {
        await using var delivery = await DeliveryNode.StartAsync(Node, seed: 7);
        var room = await Node.CreateRoomAsync(Alice, Bob);
        var live = new RecordingSubscriber(Bob);
        var stays = new RecordingSubscriber(Alice);
        await delivery.SubscribeAsync(live, room, since: 2);
        await delivery.SubscribeAsync(stays, room, since: 2);
        await Node.PostAsync(room.Id, Alice);
        await Node.LeaveAsync(room.Id, Bob);
        await Node.PostAsync(room.Id, Alice);
        var late = new RecordingSubscriber(Bob);
        await delivery.SubscribeAsync(late, room, since: 2);

        await EventuallyAsync(() => Task.FromResult(Node.Bus.Published.Count == 5));
        delivery.Bus.Interrupt();
        await EventuallyAsync(() => Task.FromResult(stays.Seqs is [.., 5]));

        stays.Seqs.Should().Equal(3, 4, 5);
        live.Seqs.Should().Equal(3, 4);
        late.Seqs.Should().Equal(3, 4);
    }

    [Fact]
    public async Task A_reset_comes_before_what_follows()
    {
        await using var delivery = await DeliveryNode.StartAsync(Node, seed: 9);
        var room = await Node.CreateRoomAsync(Alice, Bob);
        var subscriber = new RecordingSubscriber(Bob);

        await delivery.SubscribeAsync(subscriber, new ListeningStart(room, After: 2, Reset: true));

        subscriber.Others.Should().Equal("room.reset");
        subscriber.Seqs.Should().BeEmpty();
    }

    [Fact]
    public async Task Who_has_gone_gets_nothing_more()
    {
        await using var delivery = await DeliveryNode.StartAsync(Node, seed: 11);
        var room = await Node.CreateRoomAsync(Alice, Bob);
        var gone = new RecordingSubscriber(Bob);
        var stays = new RecordingSubscriber(Alice);
        var subscription = await delivery.SubscribeAsync(gone, room, since: 2);
        await delivery.SubscribeAsync(stays, room, since: 2);

        await subscription.DisposeAsync();
        await subscription.DisposeAsync();
        await Node.PostAsync(room.Id, Alice);
        await EventuallyAsync(() => Task.FromResult(Node.Bus.Published.Count == 3));
        delivery.Bus.Interrupt();

        await EventuallyAsync(() => Task.FromResult(stays.Seqs is [3]));
        gone.Seqs.Should().BeEmpty();
    }

    [Fact]
    public async Task Who_left_while_the_bus_was_away_hears_by_the_list_that_the_room_is_gone_and_nothing_that_came_after()
    {
        await using var delivery = await DeliveryNode.StartAsync(Node, seed: 0);
        Node.Bus.WhenPublished = _ => { };
        var room = await Node.CreateRoomAsync(Alice, Bob);
        var list = new RecordingSubscriber(Bob);
        var stays = new RecordingSubscriber(Alice);
        await delivery.WatchListAsync(list);
        await delivery.SubscribeAsync(stays, room, since: 2);

        await Node.LeaveAsync(room.Id, Bob);
        await Node.PostAsync(room.Id, Alice);
        delivery.Bus.Interrupt();

        await EventuallyAsync(() => Task.FromResult(stays.Seqs is [3, 4] && list.Others.Count > 0));
        list.Others.Should().Equal("removed");
    }

    [Fact]
    public async Task What_was_joined_and_read_while_the_bus_was_away_is_on_the_list()
    {
        await using var delivery = await DeliveryNode.StartAsync(Node, seed: 0);
        Node.Bus.WhenPublished = _ => { };
        var known = await Node.CreateRoomAsync(Alice, Bob);
        await Node.PostAsync(known.Id, Alice);
        var list = new RecordingSubscriber(Bob);
        await delivery.WatchListAsync(list);

        // Of this room nobody listens to anything here.
        await Node.CreateRoomAsync(Alice, Bob);
        await Node.Messages.MarkReadAsync(known.Id, Bob, long.MaxValue, CancellationToken.None);
        delivery.Bus.Interrupt();

        await EventuallyAsync(() => Task.FromResult(list.Others.Count >= 2));
        list.Others.Should().BeEquivalentTo("joined", "read");
    }

    [Fact]
    public async Task Who_came_back_meanwhile_hears_by_the_list_what_came_after_that()
    {
        await using var delivery = await DeliveryNode.StartAsync(Node, seed: 0);
        Node.Bus.WhenPublished = _ => { };
        var room = await Node.CreateRoomAsync(Alice, Bob);
        var list = new RecordingSubscriber(Bob);
        var stays = new RecordingSubscriber(Alice);
        await delivery.WatchListAsync(list);
        await delivery.SubscribeAsync(stays, room, since: 2);

        await Node.LeaveAsync(room.Id, Bob);
        await Node.PostAsync(room.Id, Alice);
        await Node.JoinAsync(room.Id, Bob);
        await Node.PostAsync(room.Id, Alice);
        delivery.Bus.Interrupt();

        await EventuallyAsync(() => Task.FromResult(stays.Seqs is [3, 4, 5, 6] && list.Others.Contains("joined")));
        list.Others.Should().ContainSingle(change => change == "message");
    }

    [Fact]
    public async Task A_change_of_the_list_that_the_store_cannot_tell_now_is_told_later()
    {
        var rooms = DispatchProxy.Create<IRoomStore, StumblingRooms>();
        ((StumblingRooms)rooms).Rooms = Node.Rooms;
        await using var delivery = await DeliveryNode.StartAsync(Node, seed: 0, rooms);
        Node.Bus.WhenPublished = _ => { };
        var room = await Node.CreateRoomAsync(Alice, Bob);
        var list = new RecordingSubscriber(Bob);
        await delivery.WatchListAsync(list);

        await Node.LeaveAsync(room.Id, Bob);
        delivery.Bus.Interrupt();

        await EventuallyAsync(() => Task.FromResult(list.Others is ["removed"]));
    }

    /// <summary>A store of rooms that cannot be reached when a listing is first asked for.</summary>
    public class StumblingRooms : DispatchProxy
    {
        private bool _hasStumbled;

        public IRoomStore? Rooms { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(IRoomStore.FindListingAsync) || _hasStumbled) return targetMethod.Invoke(Rooms, args);
            _hasStumbled = true;
            throw new StoreUnavailableException("The test took the store away.");
        }
    }

    private static IEnumerable<long> LongRange(long first, long last)
    {
        for (var i = first; i <= last; i++) yield return i;
    }

    /// <summary>The delivery of a node, as the gateway puts it together, behind a bus that cannot be relied on.</summary>
    private sealed class DeliveryNode(ServiceProvider services, UnreliableBus bus, StoreNode node) : IAsyncDisposable
    {
        public UnreliableBus Bus => bus;

        public static async Task<DeliveryNode> StartAsync(StoreNode node, int seed, IRoomStore? rooms = null)
        {
            var bus = new UnreliableBus(seed);
            var services = new ServiceCollection()
                .AddLogging()
                .AddSingleton(TimeProvider.System)
                .AddSingleton<IEventBus>(bus)
                .AddSingleton(node.Messages)
                .AddSingleton(rooms ?? node.Rooms)
                .AddSingleton(node.Mentions)
                .AddSingleton<IGathering>(Writers.Shared)
                .AddSingleton(new Revocations([], TimeProvider.System))
                .AddDelivery()
                .BuildServiceProvider();
            foreach (var service in services.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
            node.Bus.WhenPublished = bus.Carry;
            await node.StartRelayAsync();
            return new DeliveryNode(services, bus, node);
        }

        public ValueTask<RoomSubscription> SubscribeAsync(RecordingSubscriber subscriber, Room room, long since) =>
            SubscribeAsync(subscriber, new ListeningStart(room, since, Reset: false));

        public ValueTask<RoomSubscription> SubscribeAsync(RecordingSubscriber subscriber, ListeningStart start) =>
            services.GetRequiredService<EventDelivery>().SubscribeAsync(subscriber, start, new MessageHead("MESSAGE\nsubscription:0\n"u8.ToArray(), AsksForAck: false), CancellationToken.None);

        /// <summary>What <c>/user/queue/rooms</c> does.</summary>
        public ValueTask<ISubscription> WatchListAsync(RecordingSubscriber subscriber) =>
            services.GetRequiredService<RoomLists>().SubscribeAsync(subscriber, "MESSAGE\nsubscription:1\n"u8.ToArray(), CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await node.StopRelayAsync();
            foreach (var service in services.GetServices<IHostedService>()) await service.StopAsync(CancellationToken.None);
            await services.DisposeAsync();
        }
    }
}
