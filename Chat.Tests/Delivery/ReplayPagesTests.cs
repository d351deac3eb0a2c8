using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Microsoft.Extensions.Time.Testing;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Wire;

namespace Chat.Tests.Delivery;

/// <summary>What those who come back together have missed is read once for all of them.</summary>
public sealed class ReplayPagesTests
{
    private static readonly RoomId Room = RoomId.Parse("r1");

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedStore _store = new();
    private readonly ReplayPages _pages;

    public ReplayPagesTests() => _pages = new ReplayPages(_store, new JsonEventEncoder(), _time);

    [Fact]
    public async Task Who_misses_the_same_gets_the_same_octets_by_one_read()
    {
        _store.Head = 5;

        var some = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ReadAsync(after: 2)));

        _store.Reads.Should().Be(1);
        some[0].Select(e => e.Seq).Should().Equal(3, 4, 5);
        some.Should().AllSatisfy(page => page.Should().Equal(some[0]));
        (await ReadAsync(after: 3)).Select(e => e.Seq).Should().Equal(4, 5);
        _store.Reads.Should().Be(2);
    }

    [Fact]
    public async Task What_was_committed_since_is_on_the_page_behind()
    {
        _store.Head = 5;
        await ReadAsync(after: 2);
        _store.Head = 6;

        (await ReadAsync(after: 2)).Select(e => e.Seq).Should().Equal(3, 4, 5);
        (await ReadAsync(after: 5)).Select(e => e.Seq).Should().Equal(6);
    }

    [Fact]
    public async Task A_page_is_forgotten_after_its_second()
    {
        _store.Head = 5;
        await ReadAsync(after: 2);
        _pages.Bytes.Should().BePositive();

        _time.Advance(ReplayPages.KeptFor - TimeSpan.FromMilliseconds(1));
        await ReadAsync(after: 2);
        _store.Reads.Should().Be(1);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await ReadAsync(after: 9);

        _pages.Bytes.Should().Be(0);
        await ReadAsync(after: 2);
        _store.Reads.Should().Be(3);
    }

    [Fact]
    public async Task That_there_is_nothing_is_not_remembered()
    {
        _store.Head = 5;
        (await ReadAsync(after: 5)).Should().BeEmpty();
        _store.Head = 6;

        (await ReadAsync(after: 5)).Select(e => e.Seq).Should().Equal(6);
    }

    [Fact]
    public async Task The_oldest_pages_go_when_there_is_too_much()
    {
        _store.Head = 1_000_000;
        _store.Text = new string('x', 8_000);

        var first = await ReadAsync(after: 0);
        var each = _pages.Bytes;
        first.Should().HaveCount(ReplayPages.PageSize);
        for (var i = 1; i < 100; i++)
        {
            await ReadAsync(after: i);
            _pages.Bytes.Should().BeLessThanOrEqualTo(ReplayPages.MostBytes);
        }

        _pages.Bytes.Should().BeGreaterThan(ReplayPages.MostBytes - (2 * each));
        await ReadAsync(after: 99);
        _store.Reads.Should().Be(100, "the newest page is still there");
        await ReadAsync(after: 0);
        _store.Reads.Should().Be(101, "the oldest is not");
    }

    [Fact]
    public async Task A_store_that_is_gone_is_told_to_all_who_wait_and_asked_again_by_the_next()
    {
        _store.Head = 5;
        _store.Gate = new TaskCompletionSource();
        var some = Enumerable.Range(0, 3).Select(_ => ReadAsync(after: 2)).ToList();

        _store.Gate.SetException(new StoreUnavailableException("gone", new IOException()));
        foreach (var one in some) await one.Invoking(task => task).Should().ThrowAsync<StoreUnavailableException>();
        _store.Gate = null;

        (await ReadAsync(after: 2)).Should().HaveCount(3);
        _store.Reads.Should().Be(2);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_the_page_from_nobody()
    {
        _store.Head = 5;
        _store.Gate = new TaskCompletionSource();
        using var giveUp = new CancellationTokenSource();
        var impatient = _pages.ReadAsync(Room, 2, giveUp.Token);
        var patient = ReadAsync(after: 2);

        await giveUp.CancelAsync();
        await impatient.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        _store.Gate.SetResult();

        (await patient).Should().HaveCount(3);
    }

    private Task<IReadOnlyList<FeedEvent>> ReadAsync(long after) => _pages.ReadAsync(Room, after, CancellationToken.None);

    /// <summary>A room with as many events as it is told.</summary>
    private sealed class ScriptedStore : IMessageStore
    {
        private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

        public long Head { get; set; }

        public string Text { get; set; } = "hello";

        public int Reads { get; private set; }

        public TaskCompletionSource? Gate { get; set; }

        public async ValueTask<IReadOnlyList<RoomEvent>> ReadEventsAsync(RoomId room, long after, int limit, CancellationToken cancellationToken)
        {
            Reads++;
            if (Gate is { } gate) await gate.Task;
            var count = (int)Math.Clamp(Head - after, 0, limit);
            return [.. Enumerable.Range(0, count).Select(i => new MemberLeft(room, after + 1 + i, At, Member(after + 1 + i)))];
        }

        public Task<Outcome<PostedMessage>> AppendAsync(MessageDraft draft, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<Message>> ReadAsync(RoomId room, MessageRange range, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<Outcome<ReadState>> MarkReadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<Outcome<ReadState>> MarkUnreadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken) => throw new NotSupportedException();

        private Member Member(long seq)
        {
            var user = UserId.Parse($"user-{seq}");
            return new Member(
                new Membership { RoomId = Room, UserId = user, Role = MemberRole.Member, JoinedAt = At, JoinedSeq = seq, LastReadSeq = 0, ReadCount = 0 },
                new UserProfile(user, Text, AvatarUrl: null));
        }
    }
}
