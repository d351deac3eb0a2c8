using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Tests.Conformance;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Storage;

/// <summary>When a room is opened from what is kept of it, and when it is read.</summary>
public sealed class RecentHistoryTests : IAsyncLifetime
{
    private static readonly UserId Alice = UserId.Parse("alice");

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("chatstomp-").FullName, "chat.db");
    private LiveNode _live = null!;
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private StoreNode _node = null!;
    private CountingMessages _messages = null!;
    private RecentHistory _history = null!;
    private RoomId _room;

    public async Task InitializeAsync()
    {
        _live = CreateLive();
        _node = await StoreNode.StartAsync("sqlite", $"Data Source={_file}");
        _messages = new CountingMessages(_node.Messages);
        _history = new RecentHistory(_node.Rooms, _messages, _node.Users, _live.Recent, _time);
        _room = (await _node.CreateRoomAsync(Alice)).Id;
        await _node.PostAsync(_room, Alice, "one");
        await _node.PostAsync(_room, Alice, "two");
    }

    public async Task DisposeAsync()
    {
        await _live.DisposeAsync();
        await _node.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [Fact]
    public async Task A_room_that_has_not_changed_is_read_once_and_shows_names_as_they_are_now()
    {
        var first = await OpenAsync();
        await _node.Users.SaveAsync(new UserProfile(Alice, "Alice by another name", AvatarUrl: null), CancellationToken.None);

        var second = await OpenAsync();

        second.Select(message => message.Text).Should().Equal(first.Select(message => message.Text)).And.Equal("one", "two");
        second.Should().OnlyContain(message => message.Sender.Name == "Alice by another name");
        _messages.Reads.Should().Be(1);
    }

    [Fact]
    public async Task What_was_said_since_is_seen_whether_or_not_anybody_told()
    {
        await OpenAsync();
        await _node.PostAsync(_room, Alice, "three");

        (await OpenAsync()).Select(message => message.Text).Should().Equal("one", "two", "three");
        _messages.Reads.Should().Be(2);
    }

    [Fact]
    public async Task What_was_told_of_is_not_read_again()
    {
        await OpenAsync();
        var posted = (await _node.PostAsync(_room, Alice, "three")).Value.Message;
        _live.Commit(new MessageCreated(posted));

        (await OpenAsync()).Select(message => message.Text).Should().Equal("one", "two", "three");
        _messages.Reads.Should().Be(1);
    }

    [Fact]
    public async Task What_changes_while_it_is_read_is_not_kept()
    {
        _messages.WhenRead = () => _node.PostAsync(_room, Alice, "meanwhile");
        var room = await RoomAsync();
        await _history.ReadAsync(room, first: 1, limit: 50, CancellationToken.None);

        (await _live.Recent.FindAsync(_room, room.Epoch, room.HeadSeq, CancellationToken.None)).Should().BeNull();
    }

    [Fact]
    public async Task A_message_whose_time_is_over_is_not_taken_from_what_is_kept()
    {
        var room = await RoomAsync();
        var read = await OpenAsync();
        var doomed = read[1] with { ExpiresAt = _time.GetUtcNow().AddSeconds(10) };
        await _live.Recent.KeepAsync(_room, room.Epoch, room.HeadSeq + 1, new RecentMessages([read[0], doomed], IsWhole: true), CancellationToken.None);
        var later = room with { HeadSeq = room.HeadSeq + 1 };
        (await _history.ReadAsync(later, 1, 50, CancellationToken.None))[1].ExpiresAt.Should().Be(doomed.ExpiresAt);
        _messages.Reads.Should().Be(1);

        _time.Advance(TimeSpan.FromSeconds(10));

        await _history.ReadAsync(later, 1, 50, CancellationToken.None);
        _messages.Reads.Should().Be(2);
    }

    [Fact]
    public async Task Who_may_see_a_part_is_given_that_part()
    {
        var read = await OpenAsync();

        (await _history.ReadAsync(await RoomAsync(), first: read[1].Seq, limit: 50, CancellationToken.None)).Select(message => message.Text).Should().Equal("two");
        (await _history.ReadAsync(await RoomAsync(), first: 1, limit: 1, CancellationToken.None)).Select(message => message.Text).Should().Equal("two");
        _messages.Reads.Should().Be(1);
    }

    private static LiveNode CreateLive() => new(redis: null);

    private async Task<Room> RoomAsync() => (await _node.Rooms.FindAsync(_room, CancellationToken.None))!;

    private async Task<IReadOnlyList<Message>> OpenAsync() => await _history.ReadAsync(await RoomAsync(), first: 1, limit: 50, CancellationToken.None);

    /// <summary>Counts how often messages are read.</summary>
    private sealed class CountingMessages(IMessageStore store) : IMessageStore
    {
        public int Reads { get; private set; }

        public Func<Task> WhenRead { get; set; } = () => Task.CompletedTask;

        public async ValueTask<IReadOnlyList<Message>> ReadAsync(RoomId room, MessageRange range, int limit, CancellationToken cancellationToken)
        {
            Reads++;
            var read = await store.ReadAsync(room, range, limit, cancellationToken);
            await WhenRead();
            return read;
        }

        public ValueTask<Outcome<ReadState>> MarkUnreadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken) => store.MarkUnreadAsync(room, user, seq, cancellationToken);

        public Task<Outcome<PostedMessage>> AppendAsync(MessageDraft draft, CancellationToken cancellationToken) => store.AppendAsync(draft, cancellationToken);

        public ValueTask<IReadOnlyList<RoomEvent>> ReadEventsAsync(RoomId room, long after, int limit, CancellationToken cancellationToken) =>
            store.ReadEventsAsync(room, after, limit, cancellationToken);

        public ValueTask<Outcome<ReadState>> MarkReadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken) =>
            store.MarkReadAsync(room, user, seq, cancellationToken);
    }
}
