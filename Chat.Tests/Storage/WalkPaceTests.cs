using Chat.Infrastructure.Sql.Search;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Storage;

/// <summary>A lone message is indexed at once, many together, and those who send go first.</summary>
public sealed class WalkPaceTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly WalkPace _pace;

    public WalkPaceTests() => _pace = new WalkPace(_time);

    [Fact]
    public void A_few_walks_follow_each_other_at_once_and_then_there_is_one_a_second()
    {
        for (var i = 0; i < WalkPace.AtOnce; i++) Rest().Should().Be(Short);

        Rest().Should().Be(WalkPace.Pause);
        _time.Advance(WalkPace.Pause);
        Rest().Should().Be(WalkPace.Pause);
        _time.Advance(WalkPace.AtOnce * WalkPace.Pause);
        Rest().Should().Be(Short);

        TimeSpan Rest() => _pace.RestAfter(Short, isToTheEnd: true, isCommitting: false);
    }

    [Fact]
    public void While_messages_are_committed_a_fifth_of_the_time_is_for_the_index_and_otherwise_half()
    {
        _pace.RestAfter(Short, isToTheEnd: false, isCommitting: true).Should().Be(4 * Short);
        _pace.RestAfter(Short, isToTheEnd: false, isCommitting: false).Should().Be(Short);
        _pace.RestAfter(WalkPace.Pause, isToTheEnd: true, isCommitting: true).Should().Be(4 * WalkPace.Pause);
    }

    [Fact]
    public void A_walk_that_was_slow_is_followed_by_four_seconds_or_by_as_long_as_it_took()
    {
        _pace.RestAfter(3 * WalkPace.Pause, isToTheEnd: false, isCommitting: true).Should().Be(4 * WalkPace.Pause);
        _pace.RestAfter(9 * WalkPace.Pause, isToTheEnd: true, isCommitting: true).Should().Be(9 * WalkPace.Pause);
    }
}
