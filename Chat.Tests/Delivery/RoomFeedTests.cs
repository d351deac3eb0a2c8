using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Stomp.Gateway.Delivery;

namespace Chat.Tests.Delivery;

/// <summary>One room as a node hears it, event by event.</summary>
public sealed class RoomFeedTests
{
    private readonly RoomFeed _feed = new(RoomId.Parse("r1"));
    private readonly Listener _listener = new();

    public RoomFeedTests()
    {
        _feed.Start(10);
        _feed.TryAdd(_listener, 10).Should().BeTrue();
    }

    [Fact]
    public void What_comes_early_waits_for_what_is_missing()
    {
        Offer(12).Should().BeTrue();
        Offer(13).Should().BeTrue();
        _listener.Seqs.Should().BeEmpty();

        Offer(11).Should().BeFalse();

        _listener.Seqs.Should().Equal(11, 12, 13);
        _feed.IsBehind.Should().BeFalse();
    }

    [Fact]
    public void What_came_before_is_dropped()
    {
        Offer(9).Should().BeFalse();
        Offer(11).Should().BeFalse();
        Offer(11).Should().BeFalse();

        _listener.Seqs.Should().Equal(11);
    }

    [Fact]
    public void What_is_known_to_exist_and_has_not_come_makes_it_behind()
    {
        _feed.Expect(10).Should().BeFalse();
        _feed.Expect(12).Should().BeTrue();
        _feed.IsBehind.Should().BeTrue();

        Offer(11).Should().BeTrue("12 is still missing");
        Offer(12).Should().BeFalse();

        _feed.IsBehind.Should().BeFalse();
    }

    [Fact]
    public void More_early_events_than_it_holds_are_let_go_and_still_known_to_be_missing()
    {
        for (var seq = 12; seq < 12 + 2000; seq++) Offer(seq);
        Offer(11).Should().BeTrue("the last ones are to be read from the store");

        _listener.Seqs.Should().Equal(Enumerable.Range(11, 1025).Select(i => (long)i));
        _feed.IsBehind.Should().BeTrue();
        for (var seq = 11 + 1025; seq < 12 + 2000; seq++) Offer(seq);
        _feed.IsBehind.Should().BeFalse();
        _listener.Seqs.Should().HaveCount(2001).And.BeInAscendingOrder();
    }

    [Fact]
    public void Who_has_seen_less_than_the_feed_delivered_has_to_catch_up_first()
    {
        Offer(11);

        _feed.TryAdd(new Listener(), 10).Should().BeFalse();
        _feed.TryAdd(new Listener(), 11).Should().BeTrue();
    }

    [Fact]
    public void Before_its_start_it_keeps_what_comes_and_forgets_what_was_already_in_the_head()
    {
        var feed = new RoomFeed(RoomId.Parse("r2"));
        feed.Offer(Event(5));
        feed.Offer(Event(6));
        feed.Offer(Event(7));
        var listener = new Listener();
        feed.TryAdd(listener, 5);

        feed.Start(5);

        listener.Seqs.Should().Equal(6, 7);
        feed.IsBehind.Should().BeFalse();
    }

    [Fact]
    public void The_others_go_on_when_one_goes()
    {
        Listener second = new(), third = new();
        _feed.AddLive(second).Should().Be(10);
        _feed.AddLive(third);
        Offer(11);

        _feed.Remove(second);
        _feed.Remove(second);
        Offer(12);

        second.Seqs.Should().Equal(11);
        _listener.Seqs.Should().Equal(11, 12);
        third.Seqs.Should().Equal(11, 12);
    }

    [Fact]
    public void Every_listener_gets_the_same_octets()
    {
        var second = new Listener();
        _feed.AddLive(second);

        Offer(11);

        second.Tails.Single().Equals(_listener.Tails.Single()).Should().BeTrue("an event is encoded once");
    }

    private bool Offer(long seq) => _feed.Offer(Event(seq));

    private PublishedEvent Event(long seq) => new(_feed.RoomId, seq, MessageCreated.EventName, "{}"u8.ToArray());

    private sealed class Listener : IRoomListener
    {
        public List<long> Seqs { get; } = [];

        public List<ReadOnlyMemory<byte>> Tails { get; } = [];

        public void OnEvent(FeedEvent next)
        {
            Seqs.Add(next.Seq);
            Tails.Add(next.Tail);
        }
    }
}
