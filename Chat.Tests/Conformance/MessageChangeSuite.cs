using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Infrastructure.InProcess;
using Chat.Tests.Domain;

namespace Chat.Tests.Conformance;

/// <summary>What <see cref="IMessageChanges"/> and <see cref="IMessageLookup"/> promise, on whatever database.</summary>
public abstract class MessageChangeSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");

    [SuiteFact]
    public async Task An_edit_is_an_event_with_a_number_and_the_former_text_is_kept()
    {
        var (room, message) = await PostedAsync("first");

        var second = (await EditAsync(message, "second 👋")).Value;
        (await EditAsync(message, "second 👋")).Value.Rev.Should().Be(second.Rev, "the same text is no event");
        var third = (await EditAsync(message, "third")).Value;

        third.Should().Match<Message>(m => m.Text == "third" && m.Seq == message.Seq && m.Rev == room.HeadSeq + 3 && m.EditedAt != null);
        (await FindAsync(message)).Should().BeEquivalentTo(third);
        (await Node.Lookup.ListEditsAsync(message.Id, 0, 10, CancellationToken.None)).Select(edit => (edit.Text, edit.Rev)).Should().Equal(("first", second.Rev), ("second 👋", third.Rev));
        (await Node.Lookup.ListEditsAsync(message.Id, second.Rev, 10, CancellationToken.None)).Select(edit => edit.Text).Should().Equal("second 👋");
        var replay = await Node.EventsAsync(room.Id, room.HeadSeq);
        replay.Select(e => (e.Seq - room.HeadSeq, e.Name)).Should().Equal((1, "message.created"), (2, "message.edited"), (3, "message.edited"));
        replay.Should().OnlyContain(e => ((MessageEvent)e).Message.Text == "third");
        (await Node.ListingAsync(room.Id, _bob)).LastMessage!.Text.Should().Be("third");
    }

    [SuiteFact]
    public async Task An_edit_mentions_whom_the_new_text_does_and_counts_go_with_it()
    {
        var carol = UserId.Parse("carol");
        var room = await Node.CreateRoomAsync(_alice, _bob, carol);
        var message = (await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@bob" })).Value.Message;
        await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@bob @carol, another" });
        await Node.Messages.MarkReadAsync(room.Id, carol, message.Seq, CancellationToken.None);

        // Carol has read beyond it.
        (await EditAsync(message, "@carol")).Value.Mentions.Should().Equal(carol);
        (await CountsAsync()).Should().Equal(0, 1, 1);
        (await RowsAsync()).Should().Equal(("bob", message.Seq + 1), ("carol", message.Seq), ("carol", message.Seq + 1));

        (await EditAsync(message, "@carol @bob @all @alice")).Value.Should().Match<Message>(m => m.MentionsAll && m.Mentions.Count == 2);
        (await CountsAsync()).Should().Equal(0, 2, 1);
        (await RowsAsync()).Should().Equal(("", message.Seq), ("bob", message.Seq), ("bob", message.Seq + 1), ("carol", message.Seq), ("carol", message.Seq + 1));
        (await Node.EventsAsync(room.Id, message.Seq + 1)).Should().AllBeOfType<MessageEdited>().And.OnlyContain(e => ((MessageEdited)e).Message.MentionsAll);

        (await EditAsync(message, "nobody")).Value.Should().Match<Message>(m => !m.MentionsAll && m.Mentions.Count == 0);
        (await CountsAsync()).Should().Equal(0, 1, 1);
        (await FindAsync(message)).Mentions.Should().BeEmpty();
        await EditAsync(message, "@all @bob");
        await DeleteAsync(message);
        (await CountsAsync()).Should().Equal(0, 1, 1);
        (await RowsAsync()).Should().Equal(("bob", message.Seq + 1), ("carol", message.Seq + 1));

        async Task<int[]> CountsAsync() => [.. await Task.WhenAll(new[] { _alice, _bob, carol }.Select(async user => (await Node.ListingAsync(room.Id, user)).MentionCount))];

        Task<IReadOnlyList<(string User, long Seq)>> RowsAsync() => Node.QueryAsync<(string, long)>("select user_id, seq from mentions order by user_id, seq");
    }

    [SuiteFact]
    public async Task An_edit_addresses_all_as_a_post_does_and_names_no_more_than_fifty()
    {
        var users = Enumerable.Range(0, Mentions.Most + 1).Select(i => UserId.Parse($"user-{i}")).ToArray();
        var room = await Node.CreateRoomAsync([_alice, _bob, .. users]);
        var message = (await Node.PostAsync(room.Id, _bob, "hello")).Value.Message;
        var tooMany = string.Join(' ', users.Select(user => $"@{user}"));

        (await EditAsync(message, "@all @alice", by: "bob")).Value.Should().Match<Message>(m => !m.MentionsAll && m.Mentions.Count == 1);
        (await EditAsync(message, tooMany, by: "bob")).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        (await EditAsync(message, tooMany, by: "stranger")).Refusal.Should().Be(Refusal.NotMember);
        (await Node.QueryAsync<string>("select user_id from mentions")).Should().Equal("alice");
    }

    [SuiteFact]
    public async Task Of_a_deleted_message_nothing_is_left_but_its_place()
    {
        var (room, message) = await PostedAsync("a secret");
        await EditAsync(message, "another secret");
        await ReactAsync(message, _bob, "👍");
        await PinAsync(message);
        await Node.ExecuteAsync("update messages set quote = @Quote, data = '{}' where id = @Id", new { Id = message.Id.ToString(), Quote = """{"MessageId":"018f0000-0000-7000-8000-000000000001","SenderId":"bob","SenderName":"Bob","Text":"what?"}""" });

        var gone = (await DeleteAsync(message)).Value;
        (await DeleteAsync(message)).Value.Rev.Should().Be(gone.Rev, "a repeat is no event");

        gone.Should().Match<Message>(m => m.IsGone && m.DeletedAt != null && m.PinnedAt == null && m.Reactions.Count == 0 && m.Quote == null && m.Data == null && m.Rev == room.HeadSeq + 6);
        (await FindAsync(message)).Should().BeEquivalentTo(gone);
        foreach (var table in new[] { "message_edits", "message_reactions", "pins", "expiries", "burns" })
            (await Node.QueryAsync<long>($"select count(*) from {table}")).Single().Should().Be(0, table);
        (await Node.Rooms.FindAsync(room.Id, CancellationToken.None))!.PinnedCount.Should().Be(0);
        (await Node.EventsAsync(room.Id, room.HeadSeq)).Select(e => e.Name).Should().Equal(
            "message.created", "message.edited", "message.reacted", "message.pinned", "message.unpinned", "message.deleted");
        (await Node.EventsAsync(room.Id, room.HeadSeq)).Should().OnlyContain(e => ((MessageEvent)e).Message.IsGone);
        (await Node.ListingAsync(room.Id, _bob)).LastMessage.Should().Match<Message>(m => m.Id == message.Id && m.IsGone);
    }

    [SuiteFact]
    public async Task A_refusal_changes_nothing_and_a_room_or_message_that_is_not_there_is_refused()
    {
        var (room, message) = await PostedAsync("hello");
        var other = await Node.CreateRoomAsync(_alice);

        (await DeleteAsync(message, "bob")).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        (await DeleteAsync(message, "stranger")).Refusal.Should().Be(Refusal.NotMember);
        (await DeleteAsync(message with { RoomId = Sample.NewRoom() })).Refusal.Should().Be(Refusal.NotMember);
        (await DeleteAsync(message with { RoomId = other.Id })).Refusal.Should().Be(MessageFacts.NoSuchMessage);
        (await DeleteAsync(message with { Id = default })).Refusal.Should().Be(MessageFacts.NoSuchMessage);

        (await Node.EventsAsync(room.Id, room.HeadSeq)).Should().ContainSingle();
    }

    [SuiteFact]
    public async Task Who_left_reads_what_was_said_until_then_whatever_has_become_of_it()
    {
        var room = await Node.CreateRoomAsync(new RoomSettings { Name = "x", HistoryForFormerMembers = HistoryForFormerMembers.UntilLeft }, _alice, _bob);
        var (edited, reacted, deleted) = (await PostAsync("first"), await PostAsync("liked"), await PostAsync("gone"));
        await PostAsync("whole");
        await EditAsync(edited, "second @bob");
        await EditAsync(reacted, "liked more");
        await Node.PostAsync(room.Id, _alice, new NewMessage { Type = MessageType.Thread, ThreadRootId = edited.Id, Text = "a reply" });
        await Node.LeaveAsync(room.Id, _bob);
        foreach (var text in new[] { "third", "fourth" }) await EditAsync(edited, text);
        await ReactAsync(reacted, _alice, "👍");
        await PinAsync(reacted);
        await EditAsync(deleted, "never said");
        await DeleteAsync(deleted);

        var history = await ReadAsync(ScriptedMessage.CallerOf("bob"));
        history.Select(message => message.Text).Should().Equal("second @bob", "liked more", null, "whole", "a reply");
        history.Should().OnlyContain(message => message.Reactions.Count == 0 && message.PinnedAt == null && message.Mentions.Count == 0);
        history[1].EditedAt.Should().NotBeNull();
        (await ReadAsync(ScriptedMessage.CallerOf("alice"))).Select(message => message.Text).Should().Equal("fourth", "liked more", null, "whole", "a reply");
        var thread = await new ReadThread(Node.Rooms, Node.Lookup, Node.Threads).ExecuteAsync(ScriptedMessage.CallerOf("bob"), room.Id, edited.Id, after: null, 10, CancellationToken.None);
        thread.Value.Select(message => message.Text).Should().Equal("second @bob", "a reply");
        // By forwarding it to oneself neither.
        var own = await Node.CreateRoomAsync(_bob);
        (await Node.PostAsync(own.Id, _bob, new NewMessage { Forward = new ForwardedMessage(room.Id, edited.Id) })).Value.Message.Should().Match<Message>(m => m.Text == "second @bob" && m.Forwarded!.Text == "second @bob");
        (await Node.PostAsync(own.Id, _bob, new NewMessage { Forward = new ForwardedMessage(room.Id, deleted.Id) })).Refusal!.Code.Should().Be(RefusalCode.NotFound);

        async Task<Message> PostAsync(string text) => (await Node.PostAsync(room.Id, _alice, text)).Value.Message;

        async Task<IReadOnlyList<Message>> ReadAsync(Caller reader)
        {
            var recent = new RecentHistory(Node.Rooms, Node.Messages, Node.Users, new MemoryRecentMessages(), TimeProvider.System);
            return (await new ReadHistory(Node.Rooms, Node.Messages, Node.Lookup, recent).ExecuteAsync(reader, room.Id, MessageRange.Of(before: null, after: null), 50, CancellationToken.None)).Value;
        }
    }

    [SuiteFact]
    public async Task Pins_come_newest_first_and_are_counted()
    {
        var (room, first) = await PostedAsync("1");
        var second = (await Node.PostAsync(room.Id, _alice, "2")).Value.Message;
        var third = (await Node.PostAsync(room.Id, _alice, "3")).Value.Message;
        foreach (var message in new[] { second, third, first, third }) (await PinAsync(message)).Refusal.Should().BeNull();

        (await PinsAsync()).Should().Equal("1", "3", "2");
        (await PinAsync(third, pinned: false)).Value.PinnedAt.Should().BeNull();

        (await PinsAsync()).Should().Equal("1", "2");
        (await Node.Rooms.FindAsync(room.Id, CancellationToken.None))!.PinnedCount.Should().Be(2);
        (await Node.EventsAsync(room.Id, third.Seq)).Select(e => e.Name).Should().Equal("message.pinned", "message.pinned", "message.pinned", "message.unpinned");

        async Task<IEnumerable<string?>> PinsAsync() => (await Node.Lookup.ListPinsAsync(room.Id, CancellationToken.None)).Select(m => m.Text);
    }

    [SuiteFact]
    public async Task However_many_pin_at_once_a_room_has_no_more_than_a_hundred()
    {
        var (room, _) = await PostedAsync("0");
        var messages = (await Task.WhenAll(Enumerable.Range(0, 104).Select(i => Node.PostAsync(room.Id, _alice, $"{i}")))).Select(p => p.Value.Message).ToList();
        foreach (var message in messages.Take(97)) await PinAsync(message);

        var pinned = await Task.WhenAll(messages.Skip(97).Select(message => PinAsync(message).AsTask()));

        pinned.Select(p => p.Refusal?.Code).Where(code => code is RefusalCode.Conflict).Should().HaveCount(4);
        (await Node.Lookup.ListPinsAsync(room.Id, CancellationToken.None)).Should().HaveCount(100);
    }

    [SuiteFact]
    public async Task Reactions_are_counted_exactly_and_fifty_are_named()
    {
        var users = Enumerable.Range(0, 60).Select(i => UserId.Parse($"user-{i:00}")).ToArray();
        var room = await Node.CreateRoomAsync([_alice, .. users]);
        var message = (await Node.PostAsync(room.Id, _alice)).Value.Message;
        foreach (var user in users) await ReactAsync(message, user, "👍");
        await ReactAsync(message, users[3], "❤️");

        (await ReactAsync(message, users[3], "👍")).Value.Rev.Should().Be(message.Seq + 61, "a repeat is no event");
        (await FindAsync(message)).Reactions.Should().BeEquivalentTo(
            [new ReactionCount("👍", 60, users[..50]), new ReactionCount("❤️", 1, [users[3]])], options => options.WithStrictOrdering());

        await ReactAsync(message, users[3], "👍", isOn: false);
        await ReactAsync(message, users[3], "👍", isOn: false);
        await ReactAsync(message, users[59], "👍", isOn: false);
        await ReactAsync(message, users[3], "❤️", isOn: false);
        var left = (await FindAsync(message)).Reactions.Single();
        left.Count.Should().Be(58);
        left.UserIds.Should().HaveCount(50).And.NotContain(users[3]).And.OnlyHaveUniqueItems();
        left.UserIds.Take(49).Should().Equal(users[..50].Where(user => user != users[3]));
        (await Node.EventsAsync(room.Id, message.Seq)).Should().HaveCount(60 + 1 + 3);
    }

    [SuiteFact]
    public async Task Who_reacts_at_the_same_moment_by_different_gateways_is_counted_once()
    {
        await using var other = await StartNodeAsync();
        var users = Enumerable.Range(0, 10).Select(i => UserId.Parse($"user-{i}")).ToArray();
        var room = await Node.CreateRoomAsync([_alice, .. users]);
        var message = (await Node.PostAsync(room.Id, _alice)).Value.Message;

        await Task.WhenAll(users.SelectMany(user => new[] { Node, other }.Select(node => ReactAsync(message, user, "👍", node: node).AsTask())));

        (await FindAsync(message)).Reactions.Single().Should().Match<ReactionCount>(r => r.Count == 10 && r.UserIds.Count == 10);
        (await Node.EventsAsync(room.Id, message.Seq)).Select(e => e.Seq).Should().Equal(Enumerable.Range(1, 10).Select(i => message.Seq + i));
    }

    [SuiteFact]
    public async Task Readers_are_counted_exactly_without_the_sender_and_those_who_left()
    {
        var users = Enumerable.Range(0, 5).Select(i => UserId.Parse($"user-{i}")).ToArray();
        var room = await Node.CreateRoomAsync([_alice, .. users]);
        var message = (await Node.PostAsync(room.Id, _alice)).Value.Message;
        foreach (var user in users[..4]) await Node.Messages.MarkReadAsync(room.Id, user, message.Seq, CancellationToken.None);
        await Node.LeaveAsync(room.Id, users[0]);
        await Node.Messages.MarkUnreadAsync(room.Id, users[1], message.Seq, CancellationToken.None);

        var readers = await Node.Lookup.ListReadersAsync(message, 1, CancellationToken.None);

        readers.Count.Should().Be(2);
        readers.Members.Select(m => m.Profile.Id).Should().Equal(users[2]);
    }

    [SuiteFact]
    public async Task Changes_are_announced()
    {
        await Node.StartRelayAsync();
        var (room, message) = await PostedAsync("hello");
        await EditAsync(message, "hello there");
        await DeleteAsync(message);

        await EventuallyAsync(() => Task.FromResult(Node.Bus.Published.Count == room.HeadSeq + 3));

        Node.Bus.Published.Select(p => (p.Seq, p.Name, p.MessageOrdinal, p.MessageSeq)).Skip((int)room.HeadSeq).Should().Equal(
            (room.HeadSeq + 1, "message.created", 1, message.Seq), (room.HeadSeq + 2, "message.edited", 1, message.Seq), (room.HeadSeq + 3, "message.deleted", 1, message.Seq));
        await Node.StopRelayAsync();
    }

    private async Task<(Room Room, Message Message)> PostedAsync(string text)
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        return (room, (await Node.PostAsync(room.Id, _alice, text)).Value.Message);
    }

    private ValueTask<Outcome<Message>> EditAsync(Message message, string text, string by = "alice") =>
        Node.EditMessage.ExecuteAsync(ScriptedMessage.CallerOf(by), message.RoomId, message.Id, text, CancellationToken.None);

    private ValueTask<Outcome<Message>> DeleteAsync(Message message, string by = "alice") =>
        new DeleteMessage(Node.Changes, TimeProvider.System).ExecuteAsync(ScriptedMessage.CallerOf(by), message.RoomId, message.Id, CancellationToken.None);

    private ValueTask<Outcome<Message>> PinAsync(Message message, bool pinned = true) =>
        new PinMessage(Node.Changes).ExecuteAsync(ScriptedMessage.CallerOf("alice"), message.RoomId, message.Id, pinned, CancellationToken.None);

    private ValueTask<Outcome<Message>> ReactAsync(Message message, UserId by, string emoji, bool isOn = true, StoreNode? node = null) =>
        new ReactToMessage((node ?? Node).Changes, TimeProvider.System).ExecuteAsync(
            ScriptedMessage.CallerOf(by.Value), message.RoomId, message.Id, emoji, isOn, CancellationToken.None);

    private async Task<Message> FindAsync(Message message) => (await Node.Lookup.FindAsync(message.RoomId, message.Id, CancellationToken.None))!;
}
