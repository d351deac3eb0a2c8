using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Stomp.Gateway.Delivery;

namespace Chat.Tests.Delivery;

/// <summary>How the mentions of a room are counted by what comes and by what the store says.</summary>
public sealed class RoomStandingTests
{
    private static readonly RoomId Room = RoomId.Parse("r");
    private static readonly UserId Bob = UserId.Parse("bob");

    private readonly RoomFeed _feed = new(Room);
    private readonly UserRooms _user = new(Bob, _ => { });
    private readonly RoomStanding _standing;
    private long _head = 10;

    public RoomStandingTests()
    {
        _feed.Start(_head);
        _standing = new RoomStanding(_user, _feed, new ReadState(Room, HeadSeq: 10, MessageCount: 5, LastReadSeq: 4, ReadCount: 2));
        _feed.AddLive(_standing);
    }

    [Fact]
    public void What_comes_while_the_store_is_asked_is_neither_lost_nor_counted_twice()
    {
        Tell(MessageCreated.EventName, messageSeq: 11, ordinal: 6, mentions: true);
        Tell(MessageEdited.EventName, messageSeq: 8, ordinal: 4, mentions: false);

        // The answer may be from before or from behind either.
        _standing.EndCount([3, 7, 8, 11]);

        _standing.MentionCount.Should().Be(2, "7 and 11 are unread and mention Bob");
    }

    [Fact]
    public void When_the_store_does_not_answer_what_is_known_stays()
    {
        _standing.EndCount([7]);
        _standing.BeginCount();
        Tell(MessageCreated.EventName, messageSeq: 11, ordinal: 6, mentions: true);

        _standing.EndCount(mentions: null);

        (_standing.MentionCount, _standing.IsCounting).Should().Be((2, false));
    }

    [Fact]
    public void How_a_room_stood_before_what_was_told_is_not_told_behind_it()
    {
        _user.Put(_standing);
        Tell(MessageCreated.EventName, messageSeq: 11, ordinal: 6, mentions: false);

        _user.TryPush(AsOf(10), default, isLast: false).Should().BeFalse("message 11 was told");
        _user.TryPush(AsOf(11), default, isLast: false).Should().BeTrue();
        _user.TryPush(AsOf(10), default, isLast: true).Should().BeTrue("a room that is never quiet is told of all the same");

        static ReadState AsOf(long head) => new(Room, head, MessageCount: head - 5, LastReadSeq: 4, ReadCount: 2);
    }

    [Fact]
    public void What_the_store_has_counts_as_unread_before_it_is_told()
    {
        // The feed was ahead: two messages were given out before the standing listened, the second of them Bob's own.
        _standing.MoveOn(12, 7);
        _standing.Count(8);

        _standing.UnreadCount.Should().Be(1);
        Tell(MessageCreated.EventName, messageSeq: 13, ordinal: 8, mentions: false);
        _standing.UnreadCount.Should().Be(1, "that one was counted already");
    }

    [Fact]
    public void A_change_counts_once_however_often_it_is_said_and_the_newest_thousand_are_counted()
    {
        _standing.EndCount(Enumerable.Range(5, IMentionStore.MostCounted).Select(i => (long)i));

        _standing.Mention(2_000, isMentioned: true).Should().BeTrue();
        _standing.Mention(2_000, isMentioned: true).Should().BeFalse();
        _standing.MentionCount.Should().Be(IMentionStore.MostCounted);
        _standing.Mention(2_000, isMentioned: false).Should().BeTrue();
        _standing.Mention(3, isMentioned: true).Should().BeFalse("what is read does not count");
        _standing.MentionCount.Should().Be(IMentionStore.MostCounted - 1);
    }

    private void Tell(string name, long messageSeq, long ordinal, bool mentions) => _feed.Offer(new PublishedEvent(Room, ++_head, name, "{}"u8.ToArray())
    {
        Subject = UserId.Parse("alice"),
        MessageOrdinal = ordinal,
        MessageSeq = messageSeq,
        Mentions = mentions ? [Bob] : [],
    });
}
