using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Tests.Support;
using Stomp.Gateway.Options;
using Stomp.Gateway.Security;

namespace Chat.Tests.Security;

public sealed class RoomRateTests
{
    private static readonly RoomId Tea = RoomId.Parse("tea");

    [Fact]
    public void A_room_is_full_of_what_was_stored_and_of_nothing_else()
    {
        var rate = New(perWindow: 2);

        for (var i = 0; i < 5; i++)
        {
            rate.IsFull(Tea).Should().BeFalse();
            rate.Count(Refusal.NotMember);
            rate.Count(new PostedMessage(MessageIn(Tea), Repeated: true));
        }
        rate.Count(Posted(Tea));
        rate.IsFull(Tea).Should().BeFalse();
        rate.Count(Posted(Tea));

        rate.IsFull(Tea).Should().BeTrue();
        rate.IsFull(RoomId.Parse("coffee")).Should().BeFalse();
    }

    [Fact]
    public void Without_a_limit_no_room_is_ever_full()
    {
        var rate = New(perWindow: 0);
        for (var i = 0; i < 3; i++) rate.Count(Posted(Tea));
        rate.IsFull(Tea).Should().BeFalse();
    }

    [Fact]
    public void A_message_takes_nothing_of_the_heap_for_it()
    {
        var rate = New(perWindow: 1_000);
        var posted = Posted(Tea);
        Allocations.ShouldBeNone(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                if (rate.IsFull(Tea)) throw new InvalidOperationException("The room has place for all of them.");
                rate.Count(posted);
            }
        });
    }

    [Fact]
    public void A_room_has_place_again_when_what_was_posted_is_a_window_old()
    {
        var clock = new Clock();
        var rate = New(perWindow: 2, clock);
        rate.Count(Posted(Tea));
        clock.Seconds = 5;
        rate.Count(Posted(Tea));

        // In tenths of ten seconds: the first counts for at least nine, and at most ten.
        foreach (var (seconds, isFull) in new[] { (9, true), (10, false), (14, false) })
        {
            clock.Seconds = seconds;
            rate.IsFull(Tea).Should().Be(isFull, $"after {seconds} s");
        }
        rate.Count(Posted(Tea));
        rate.IsFull(Tea).Should().BeTrue();
        clock.Seconds = 15;
        rate.IsFull(Tea).Should().BeFalse();
        clock.Seconds = 1_000;
        rate.Count(Posted(Tea));
        rate.IsFull(Tea).Should().BeFalse();
    }

    /// <summary>Who is a member is asked of the store by nothing here.</summary>
    private static RoomRate New(int perWindow, TimeProvider? time = null) =>
        new(new LimitsOptions { RoomMessagesPerWindow = perWindow, Window = TimeSpan.FromSeconds(10) }, rooms: null!, time ?? new Clock());

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Seconds * 1_000;
    }

    private static Outcome<PostedMessage> Posted(RoomId room) => new PostedMessage(MessageIn(room), Repeated: false);

    private static Message MessageIn(RoomId room) => new()
    {
        Id = MessageId.New(DateTimeOffset.UnixEpoch),
        RoomId = room,
        Seq = 1,
        Rev = 1,
        Ordinal = 1,
        Type = MessageType.Text,
        Sender = new UserProfile(UserId.Parse("alice"), "Alice", AvatarUrl: null),
        Text = "hello",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
