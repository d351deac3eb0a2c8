using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Conformance;

/// <summary>What everything that keeps recent messages promises: it gives them for the head that they hold for, and for no other.</summary>
public abstract class RecentMessagesSuite : IAsyncLifetime
{
    private const string Epoch = "e1";

    private protected RoomId Room { get; } = Sample.NewRoom();

    private protected LiveNode Node { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await CreateNodeAsync();
        await Node.StartAsync();
    }

    public Task DisposeAsync() => Node.DisposeAsync().AsTask();

    private protected abstract Task<LiveNode> CreateNodeAsync();

    [SuiteFact]
    public async Task What_is_kept_is_given_for_its_head_and_epoch_alone()
    {
        await KeepAsync(head: 3, isWhole: true, Message(1), Message(3));

        var kept = await FindAsync(3);
        kept!.Messages.Should().BeEquivalentTo([Message(1), Message(3)], options => options.WithStrictOrdering());
        kept.IsWhole.Should().BeTrue();
        (await FindAsync(2)).Should().BeNull();
        (await FindAsync(4)).Should().BeNull();
        (await Node.Recent.FindAsync(Room, "another", 3, CancellationToken.None)).Should().BeNull();
    }

    [SuiteFact]
    public async Task Nothing_older_takes_the_place_of_what_is_kept()
    {
        await KeepAsync(head: 3, isWhole: true, Message(1), Message(3));
        await KeepAsync(head: 2, isWhole: true, Message(1));

        (await FindAsync(3)).Should().NotBeNull();
        (await FindAsync(2)).Should().BeNull();
    }

    [SuiteFact]
    public async Task Events_move_it_on_with_what_they_made_and_changed()
    {
        await KeepAsync(head: 2, isWhole: true, Message(1), Message(2));
        var edited = Message(1) with { Text = "better", Rev = 4 };
        var gone = Message(2) with { Text = null, Rev = 5 };

        Node.Commit(new MessageCreated(Message(3)), new MessageEdited(edited, 4, edited.CreatedAt));
        Node.Commit(new MessageDeleted(gone, 5, gone.CreatedAt));

        (await KeptAsync(5)).Messages.Should().BeEquivalentTo([edited, gone, Message(3)], options => options.WithStrictOrdering());
    }

    [SuiteFact]
    public async Task An_event_that_comes_before_its_turn_takes_away_what_is_kept_and_one_that_comes_late_nothing()
    {
        await KeepAsync(head: 3, isWhole: true, Message(1), Message(3));

        Node.Commit(new MessageDeleted(Message(3) with { Text = null, Rev = 5 }, 5, Message(3).CreatedAt));
        await UntilGoneAsync(3);
        (await FindAsync(5)).Should().BeNull();

        // Were it there still, nothing older would take its place.
        await KeepAsync(head: 2, isWhole: true, Message(1), Message(2));
        Node.Commit(new MessageCreated(Message(1)));
        Node.Commit(new MessageCreated(Message(3)));
        (await KeptAsync(3)).Messages.Select(message => message.Seq).Should().Equal(1, 2, 3);
    }

    [SuiteFact]
    public async Task It_keeps_a_hundred_and_says_when_that_is_not_all()
    {
        await KeepAsync(head: 99, isWhole: true, [.. Enumerable.Range(1, 99).Select(seq => Message(seq))]);
        Node.Commit(new MessageCreated(Message(100)), new MessageCreated(Message(101)));

        var kept = await KeptAsync(101);

        kept.Messages.Select(message => message.Seq).Should().Equal(Enumerable.Range(2, 100).Select(seq => (long)seq));
        kept.IsWhole.Should().BeFalse();
        // Older than what is kept: it moves the head, and nothing else.
        Node.Commit(new MessageEdited(Message(1) with { Text = "late", Rev = 102 }, 102, Message(1).CreatedAt));
        (await KeptAsync(102)).Messages.Should().HaveCount(100).And.OnlyContain(message => message.Seq > 1);
    }

    [SuiteFact]
    public async Task A_reply_changes_the_message_that_its_thread_began_with_so_the_room_is_read_anew()
    {
        await KeepAsync(head: 1, isWhole: true, Message(1));

        Node.Commit(new MessageCreated(Message(2)) { Thread = new ThreadStanding(Message(1).Id, 1, Message(2).CreatedAt) });

        await UntilGoneAsync(1);
        (await FindAsync(2)).Should().BeNull();
    }

    private protected async Task KeepAsync(long head, bool isWhole, params Message[] messages) =>
        await Node.Recent.KeepAsync(Room, Epoch, head, new RecentMessages(messages, isWhole), CancellationToken.None);

    private ValueTask<RecentMessages?> FindAsync(long head) => Node.Recent.FindAsync(Room, Epoch, head, CancellationToken.None);

    private protected Task UntilGoneAsync(long head) => EventuallyAsync(async () => await FindAsync(head) is null);

    private async Task<RecentMessages> KeptAsync(long head) => (await EventuallyAsync(async () => await FindAsync(head), kept => kept is not null))!;

    /// <summary>A message with everything that one can have.</summary>
    private protected Message Message(long seq)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_000 + seq);
        var (alice, bob) = (UserId.Parse("alice"), UserId.Parse("밥"));
        return new Message
        {
            Id = new MessageId(new Guid((int)seq, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])),
            RoomId = Room,
            Seq = seq,
            Rev = seq,
            Ordinal = seq,
            Type = MessageType.Temp,
            Sender = new UserProfile(alice, "Alice", "https://example.org/a.png"),
            Text = $"hello {seq} 👋",
            CreatedAt = at,
            ClientMessageId = "c",
            ThreadRootId = new MessageId(new Guid(7, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])),
            ReplyCount = 2,
            LastReplyAt = at,
            Mentions = [bob],
            MentionsAll = true,
            Reactions = [new ReactionCount("👍", 2, [alice, bob])],
            PinnedAt = at,
            EditedAt = at,
            DeletedAt = at,
            ExpiresAt = at,
            Quote = new MessageQuote(Room, new MessageId(Guid.Empty), bob, "Bob", "said"),
            Forwarded = new MessageQuote(RoomId: null, new MessageId(Guid.Empty), bob, "Bob", "wrote"),
            Data = """{"a":1}""",
        };
    }
}

public sealed class MemoryRecentMessagesTests : RecentMessagesSuite
{
    private protected override Task<LiveNode> CreateNodeAsync() => Task.FromResult(new LiveNode(redis: null));
}

[Needs(Server.Redis)]
public sealed class RedisRecentMessagesTests : RecentMessagesSuite
{
    private protected override async Task<LiveNode> CreateNodeAsync() => new((await TestServers.Redis).ConnectionString);

    [SuiteFact]
    public async Task What_is_taken_away_leaves_no_text_in_Redis()
    {
        var redis = await TestServers.Redis;
        // A message that changes without an event, and one that comes before its turn.
        foreach (var seq in (long[])[2, 3])
        {
            await KeepAsync(head: 1, isWhole: true, Message(1));
            (await redis.AskAsync($"EXISTS {Keys}")).Should().Be(":2");
            Node.Commit(new MessageCreated(Message(seq) with { BurnAfterRead = seq == 2 ? TimeSpan.FromSeconds(5) : null }));
            await UntilGoneAsync(1);
            (await redis.AskAsync($"EXISTS {Keys}")).Should().Be(":0");
        }
    }

    [SuiteFact]
    public async Task Where_a_server_short_of_memory_has_dropped_the_messages_alone_the_room_is_read_anew()
    {
        var redis = await TestServers.Redis;
        await KeepAsync(head: 1, isWhole: true, Message(1));
        (await redis.AskAsync($"DEL chat:recent:{Room}:messages")).Should().Be(":1");
        (await Node.Recent.FindAsync(Room, "e1", 1, CancellationToken.None)).Should().BeNull();
        (await redis.AskAsync($"EXISTS {Keys}")).Should().Be(":0");

        await KeepAsync(head: 1, isWhole: true, Message(1));
        (await redis.AskAsync($"DEL chat:recent:{Room}:messages")).Should().Be(":1");
        Node.Commit(new MessageCreated(Message(2)));
        await EventuallyAsync(async () => await redis.AskAsync($"EXISTS {Keys}") == ":0");
    }

    private string Keys => $"chat:recent:{Room} chat:recent:{Room}:messages";
}
