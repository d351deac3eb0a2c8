using Chat.Domain.Users;
using Microsoft.Extensions.Time.Testing;
using Stomp.Gateway.Options;
using Stomp.Gateway.Security;

namespace Chat.Tests.Security;

public sealed class SlidingCountsTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Who_was_refused_and_waits_as_long_as_told_is_let_through_and_not_before()
    {
        var counts = New(limit: 20, most: 10);
        for (var i = 0; i < 20; i++)
        {
            counts.TryTake("alice").Should().BeTrue();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        counts.TryTake("alice").Should().BeFalse();
        counts.TryTake("bob").Should().BeTrue();
        var wait = counts.TimeUntilRoom("alice");
        wait.Should().Be(TimeSpan.FromSeconds(8), "the first ten are then ten seconds old");
        _clock.Advance(wait - TimeSpan.FromMilliseconds(1));
        counts.TryTake("alice").Should().BeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 10; i++) counts.TryTake("alice").Should().BeTrue();
        counts.TryTake("alice").Should().BeFalse();
    }

    [Fact]
    public void Where_more_was_counted_than_is_let_through_it_takes_until_enough_of_it_is_old()
    {
        var counts = New(limit: 2, most: 10);
        counts.TimeUntilRoom("room").Should().Be(TimeSpan.Zero);
        for (var second = 0; second < 4; second++)
        {
            counts.Count("room");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        counts.TimeUntilRoom("room").Should().Be(TimeSpan.FromSeconds(8), "then two are left, and one of these is ten seconds old");
    }

    [Fact]
    public void Of_those_for_whom_nothing_counts_any_more_none_is_remembered_when_there_are_too_many()
    {
        var counts = New(limit: 1, most: 4);
        foreach (var early in (string[])["1", "2", "3"]) counts.Count(early);
        _clock.Advance(Window);
        counts.Count("late");

        counts.Count("one more");

        counts.IsFull("late").Should().BeTrue("there was room enough without it");
        foreach (var more in (string[])["5", "6", "7"]) counts.Count(more);
        counts.IsFull("late").Should().BeFalse("all are forgotten where all of them count");
    }

    [Fact]
    public void A_user_is_told_the_true_time()
    {
        var rate = new MessageRate(new LimitsOptions { MessagesPerWindow = 20, Window = Window }, _clock);
        var alice = UserId.Parse("alice");
        for (var i = 0; i < 20; i++) rate.TryTake(alice).Should().BeNull();

        rate.TryTake(alice)!.RetryAfter.Should().Be(Window);
        rate.TryTakeChange(alice).Should().BeNull();
    }

    private SlidingCounts<string> New(int limit, int most) => new(limit, Window, segments: 10, most, _clock);
}
