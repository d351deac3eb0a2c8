using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Wire;

namespace Chat.Tests.Delivery;

/// <summary>The bus listens to a room's signals as long as somebody looks.</summary>
public sealed class RoomSignalsTests() : StoreSuite(StoreDatabase.Sqlite)
{
    private static readonly UserId Bob = UserId.Parse("bob");

    [Fact]
    public void Who_is_back_hears_signals_though_the_node_hears_of_the_going_only_now()
    {
        var bob = new RecordingSubscriber(Bob);
        var listener = new SignalListener(null!, new RoomFeed(RoomId.Parse("r")), bob, joinedSeq: 11, "MESSAGE\n"u8.ToArray());
        listener.OnEvent(Left(10));
        listener.Offer("\n{\"event\":\"first\"}\0"u8.ToArray());
        listener.OnEvent(Left(12));
        listener.Offer("\n{\"event\":\"second\"}\0"u8.ToArray());

        bob.Others.Should().Equal("first");

        static FeedEvent Left(long seq) => new(new PublishedEvent(RoomId.Parse("r"), seq, MemberLeft.EventName, "{}"u8.ToArray()) { Subject = Bob });
    }

    [Fact]
    public async Task Who_gives_up_leaves_nothing_behind()
    {
        var room = await Node.CreateRoomAsync(Bob);
        var bus = new StuckBus();
        using var filler = new FeedFiller(Node.Messages, new JsonEventEncoder(), TimeProvider.System, NullLogger<FeedFiller>.Instance);
        var feeds = new RoomFeeds(bus, Node.Rooms, filler, TimeProvider.System, NullLogger<RoomFeeds>.Instance);
        var signals = new RoomSignals(bus, feeds, TimeProvider.System);
        using var patience = new CancellationTokenSource();
        var looking = signals.SubscribeAsync(new RecordingSubscriber(Bob), room.Id, joinedSeq: 1, "MESSAGE\n"u8.ToArray(), patience.Token).AsTask();
        await EventuallyAsync(() => Task.FromResult(bus.Asked.Count == 1));

        await patience.CancelAsync();
        bus.Answer();

        await looking.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        bus.Asked.Should().Equal((room.Id, true), (room.Id, false));
    }
}
