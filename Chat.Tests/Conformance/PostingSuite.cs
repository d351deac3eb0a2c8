using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Infrastructure.Sql;

namespace Chat.Tests.Conformance;

/// <summary>What a message can be beside its text, on whatever database.</summary>
public abstract class PostingSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");
    private readonly UserId _carol = UserId.Parse("carol");

    [SuiteFact]
    public async Task Replies_count_on_their_root_without_changing_its_revision_and_carry_how_the_thread_stands()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var root = (await Node.PostAsync(room.Id, _alice, "root")).Value.Message;

        // Plain messages and replies in one group.
        var posted = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 4 == 0 ? Node.PostAsync(room.Id, _alice, $"{i}") : Node.PostAsync(room.Id, _bob, Reply(root.Id, $"{i}"))));

        posted.Should().OnlyContain(p => p.Refusal == null);
        posted.Select(p => p.Value.Thread?.ReplyCount).OfType<int>().Should().BeEquivalentTo(Enumerable.Range(1, 15));
        var now = (await Node.Lookup.FindAsync(room.Id, root.Id, CancellationToken.None))!;
        (now.ReplyCount, now.Rev, now.LastReplyAt).Should().Be((15, root.Seq, (DateTimeOffset?)posted.Where(p => p.Value.Thread != null).Max(p => p.Value.Message.CreatedAt)));
        var replies = await Node.Threads.ReadRepliesAsync(room.Id, root.Id, root.Seq, 100, CancellationToken.None);
        replies.Select(m => m.Seq).Should().Equal(posted.Where(p => p.Value.Thread != null).Select(p => p.Value.Message.Seq).Order());
        replies.Should().OnlyContain(m => m.Type == MessageType.Thread && m.ThreadRootId == root.Id);
        (await Node.EventsAsync(room.Id, root.Seq)).OfType<MessageCreated>().Where(e => e.Message.ThreadRootId is not null).Should().OnlyContain(e => e.Thread!.RootId == root.Id && e.Thread.ReplyCount == 15);
    }

    [SuiteFact]
    public async Task Ids_of_every_script_post_and_are_mentioned()
    {
        var user = UserId.Parse("철수");
        var room = await Node.CreateRoomAsync(_alice, user);

        (await Task.WhenAll(Node.PostAsync(room.Id, user, "one"), Node.PostAsync(room.Id, user, "two"))).Should().OnlyContain(p => p.Refusal == null);
        (await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@철수야" })).Value.Message.Mentions.Should().Equal(user);
    }

    [SuiteFact]
    public async Task A_repeated_reply_counts_once()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var root = (await Node.PostAsync(room.Id, _alice, "root")).Value.Message;

        for (var i = 0; i < 3; i++) (await Node.PostAsync(room.Id, _alice, Reply(root.Id, "once") with { ClientMessageId = "c" })).Value.Repeated.Should().Be(i > 0);

        (await Node.Lookup.FindAsync(room.Id, root.Id, CancellationToken.None))!.ReplyCount.Should().Be(1);
    }

    [SuiteFact]
    public async Task A_repeat_is_answered_as_the_first_was_though_what_it_refers_to_is_other_by_now()
    {
        UserId[] namesakes = [.. Enumerable.Range(0, Mentions.Most + 1).Select(i => UserId.Parse($"kim-{i}"))];
        foreach (var user in namesakes) await Node.Users.SaveAsync(new UserProfile(user, "Kim", AvatarUrl: null), CancellationToken.None);
        var room = await Node.CreateRoomAsync([_alice, _bob, .. namesakes.Skip(1)]);
        var root = (await Node.PostAsync(room.Id, _alice, "root")).Value.Message;
        NewMessage[] said =
        [
            Reply(root.Id) with { ClientMessageId = "reply" },
            new NewMessage { Text = "so it is", QuoteId = root.Id, ClientMessageId = "quote" },
            new NewMessage { Forward = new ForwardedMessage(room.Id, root.Id), ClientMessageId = "forward" },
            new NewMessage { Text = "@Kim", ClientMessageId = "names" },
        ];
        var first = new List<Message>();
        foreach (var message in said) first.Add((await Node.PostAsync(room.Id, _bob, message)).Value.Message);

        await Node.ExecuteAsync("update messages set body = null where id = @Id", new { Id = root.Id.ToString() });
        await Node.JoinAsync(room.Id, namesakes[0]);
        var head = (await Node.Rooms.FindAsync(room.Id, CancellationToken.None))!.HeadSeq;

        foreach (var (message, stored) in said.Zip(first))
        {
            (await Node.PostAsync(room.Id, _bob, message)).Value.Should().Match<PostedMessage>(p => p.Repeated && p.Message.Id == stored.Id);
            foreach (var other in (string?[])["another", null])
                (await Node.PostAsync(room.Id, _bob, message with { ClientMessageId = other })).Refusal!.Code.Should().BeOneOf(RefusalCode.NotFound, RefusalCode.Invalid);
        }
        (await Node.Rooms.FindAsync(room.Id, CancellationToken.None))!.HeadSeq.Should().Be(head);
        await Node.LeaveAsync(room.Id, _bob);
        foreach (var message in said) (await Node.PostAsync(room.Id, _bob, message)).Refusal.Should().Be(Refusal.NotMember);
    }

    [SuiteFact]
    public async Task A_reply_needs_a_root_in_its_room_that_is_none_itself_and_that_its_sender_may_see()
    {
        var room = await Node.CreateRoomAsync(new RoomSettings { Name = "x", HistoryForNewMembers = HistoryForNewMembers.SinceJoined }, _alice);
        var elsewhere = await Node.CreateRoomAsync(_alice);
        var root = (await Node.PostAsync(room.Id, _alice, "root")).Value.Message;
        var reply = (await Node.PostAsync(room.Id, _alice, Reply(root.Id))).Value.Message;
        var gone = (await Node.PostAsync(room.Id, _alice, "gone")).Value.Message;
        await Node.ExecuteAsync("update messages set body = null where id = @Id", new { Id = gone.Id.ToString() });
        await Node.JoinAsync(room.Id, _bob);

        (await Node.PostAsync(room.Id, _alice, Reply(MessageId.New(DateTimeOffset.UnixEpoch)))).Refusal!.Code.Should().Be(RefusalCode.NotFound);
        (await Node.PostAsync(elsewhere.Id, _alice, Reply(root.Id))).Refusal!.Code.Should().Be(RefusalCode.NotFound);
        (await Node.PostAsync(room.Id, _alice, Reply(gone.Id))).Refusal!.Code.Should().Be(RefusalCode.NotFound);
        (await Node.PostAsync(room.Id, _bob, Reply(root.Id))).Refusal!.Code.Should().Be(RefusalCode.NotFound);
        (await Node.PostAsync(room.Id, _alice, Reply(reply.Id))).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        (await Node.PostAsync(room.Id, _carol, Reply(root.Id))).Refusal.Should().Be(Refusal.NotMember);
        (await Node.Lookup.FindAsync(room.Id, root.Id, CancellationToken.None))!.ReplyCount.Should().Be(1);
    }

    [SuiteFact]
    public async Task Who_wrote_in_a_thread_and_is_still_a_member_is_told_of_a_reply_and_its_writer_is_not()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob, _carol);
        var root = (await Node.PostAsync(room.Id, _alice, "root")).Value.Message;
        await Node.PostAsync(room.Id, _bob, Reply(root.Id));
        await Node.PostAsync(room.Id, _carol, Reply(root.Id));
        await Node.LeaveAsync(room.Id, _carol);

        await Node.PostAsync(room.Id, _bob, Reply(root.Id, "the third"));

        Node.Bus.Notices.Should().BeEquivalentTo([("alice", "thread.reply"), ("alice", "thread.reply"), ("bob", "thread.reply"), ("alice", "thread.reply")]);
        Node.Bus.Signals.OfType<NoticeSignal>().Last().Notice.Should().Match<Notice>(n => n.ReplyCount == 3 && n.Text == "the third" && n.ThreadRootId == root.Id && n.Sender!.Id == _bob);
    }

    [SuiteFact]
    public async Task Members_are_mentioned_by_id_and_by_name_and_are_told_and_counted_until_they_read()
    {
        await Node.Users.SaveAsync(new UserProfile(_bob, "철수", AvatarUrl: null), CancellationToken.None);
        await Node.Users.SaveAsync(new UserProfile(_carol, "Ｃａｒｏｌ Ｄoe", AvatarUrl: null), CancellationToken.None);
        await Node.Users.SaveAsync(new UserProfile(UserId.Parse("dave"), "철수야", AvatarUrl: null), CancellationToken.None);
        var room = await Node.CreateRoomAsync(_alice, _bob, _carol);

        var posted = await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@철수야 안녕, @CAROLDOE! x@bob @alice @nobody @dave @all" });
        await Node.PostAsync(room.Id, _alice, "plain");
        await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "again @bob" });

        // The room's owner may address all; whoever is named is told once, and nobody tells themselves.
        posted.Value.Message.Should().Match<Message>(m => m.MentionsAll).And.BeEquivalentTo(new { Mentions = new[] { _bob, _carol } });
        Node.Bus.Notices.Should().BeEquivalentTo([("bob", "mention"), ("carol", "mention"), ("bob", "mention")]);
        var stored = (await Node.Lookup.FindAsync(room.Id, posted.Value.Message.Id, CancellationToken.None))!;
        stored.Mentions.Should().Equal(_bob, _carol);
        stored.MentionsAll.Should().BeTrue();
        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(2);
        (await Node.ListingAsync(room.Id, _carol)).MentionCount.Should().Be(1);
        (await Node.ListingAsync(room.Id, _alice)).MentionCount.Should().Be(0);
        (await Node.Rooms.ListAsync(_bob, default, after: null, 10, CancellationToken.None)).Single().MentionCount.Should().Be(2);
        (await Node.Mentions.ListUnreadAsync(_bob, room: null, CancellationToken.None)).Select(m => m.Seq).Should().Equal(stored.Seq, stored.Seq + 2);

        await Node.Messages.MarkReadAsync(room.Id, _bob, stored.Seq, CancellationToken.None);
        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(1);
        await Node.Messages.MarkReadAsync(room.Id, _bob, stored.Seq + 2, CancellationToken.None);
        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(0);
        // What is unread again mentions whom it did, and not its author.
        foreach (var user in new[] { _alice, _bob }) await Node.Messages.MarkUnreadAsync(room.Id, user, stored.Seq, CancellationToken.None);
        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(2);
        (await Node.ListingAsync(room.Id, _alice)).MentionCount.Should().Be(0);
    }

    [SuiteFact]
    public async Task What_is_marked_as_unread_counts_its_mentions_again_but_nobody_counts_their_own()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var first = (await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@all" })).Value.Message;
        await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@bob" });
        await Node.Messages.MarkReadAsync(room.Id, _bob, first.Seq + 1, CancellationToken.None);

        foreach (var user in new[] { _alice, _bob }) await Node.Messages.MarkUnreadAsync(room.Id, user, first.Seq, CancellationToken.None);

        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(2);
        (await Node.ListingAsync(room.Id, _alice)).Should().Match<RoomListing>(listing => listing.UnreadCount == 2 && listing.MentionCount == 0);
    }

    [SuiteFact]
    public async Task Of_many_mentions_the_newest_thousand_of_each_room_are_counted()
    {
        var (room, other) = (await Node.CreateRoomAsync(_alice, _bob), await Node.CreateRoomAsync(_alice, _bob));
        var last = (await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@all @bob" })).Value.Message.Seq;
        await Node.PostAsync(other.Id, _alice, new NewMessage { Text = "@bob" });
        await Node.PostAsync(other.Id, _alice, new NewMessage { Text = "@all" });
        var numbers = string.Join(", ", Enumerable.Range(1, IMentionStore.MostCounted + 10).Select(i => $"(@Room, 'bob', {last + i})"));
        await Node.ExecuteAsync($"insert into mentions (room_id, user_id, seq) values {numbers}", new { Room = room.Id.Value });

        var unread = await Node.Mentions.ListUnreadAsync(_bob, room: null, CancellationToken.None);

        unread.Where(mention => mention.RoomId == room.Id).Select(mention => mention.Seq).Should().Equal(Enumerable.Range(11, IMentionStore.MostCounted).Select(i => last + i));
        unread.Where(mention => mention.RoomId == other.Id).Select(mention => mention.Seq).Should().Equal(3, 4);
        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(IMentionStore.MostCounted);
    }

    [SuiteFact]
    public async Task Only_moderators_address_all_and_names_are_those_of_members_now()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob, _carol);
        await Node.LeaveAsync(room.Id, _carol);

        var posted = (await Node.PostAsync(room.Id, _bob, new NewMessage { Text = "@all @carol @ALICE @alices" })).Value.Message;

        posted.MentionsAll.Should().BeFalse();
        // An id counts letter case; alice was never seen in a token, so she has no name.
        posted.Mentions.Should().BeEmpty();
        (await Node.ListingAsync(room.Id, _alice)).MentionCount.Should().Be(0);
    }

    [SuiteFact]
    public async Task Who_loses_the_right_to_address_all_while_posting_has_addressed_nobody()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob, _carol);
        var asked = new MessageDraft(MessageId.New(DateTimeOffset.UnixEpoch), room.Id, new UserProfile(_bob, "bob", AvatarUrl: null), MessageType.Text, "@all @carol", null, _ => null)
        {
            Mentions = [_carol],
            MentionsAll = true,
        };
        // Whether the facts are read for the message or known from the one before.
        for (var known = 0; known < 2; known++)
        {
            var posted = (await Node.Messages.AppendAsync(asked with { Id = MessageId.New(TimeProvider.System.GetUtcNow()) }, CancellationToken.None)).Value.Message;
            posted.Should().Match<Message>(m => !m.MentionsAll && m.Mentions.Single() == _carol);
        }
        var asOwner = await Node.Messages.AppendAsync(asked with { Sender = new UserProfile(_alice, "alice", AvatarUrl: null) }, CancellationToken.None);

        asOwner.Value.Message.MentionsAll.Should().BeTrue();
        (await Node.ListingAsync(room.Id, _carol)).MentionCount.Should().Be(3);
        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(1);
    }

    [SuiteFact]
    public async Task Who_has_blocked_somebody_is_neither_mentioned_by_them_nor_told_of_their_replies()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob, _carol);
        var root = (await Node.PostAsync(room.Id, _bob, "root")).Value.Message;
        await Node.Blocks.BlockAsync(_bob, _alice, most: 10, CancellationToken.None);

        var named = (await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@bob @carol" })).Value.Message;
        await Node.PostAsync(room.Id, _alice, Reply(root.Id));

        named.Mentions.Should().Equal(_carol);
        Node.Bus.Notices.Should().Equal(("carol", "mention"));
        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(0);

        // Who moderates speaks to the room: all count it, and who has blocked them is not told in person.
        await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@all" });
        Node.Bus.Notices.Should().Equal(("carol", "mention"), ("carol", "mention"));
        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(1);

        await Node.Blocks.UnblockAsync(_bob, _alice, CancellationToken.None);
        (await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@bob" })).Value.Message.Mentions.Should().Equal(_bob);
    }

    [SuiteFact]
    public async Task Of_mentions_and_replies_those_are_told_who_want_to_be_and_all_count_them()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob, _carol);
        var root = (await Node.PostAsync(room.Id, _bob, "root")).Value.Message;
        await Node.PostAsync(room.Id, _carol, Reply(root.Id));
        await WantAsync(_bob, NotificationLevel.Mentions);
        await WantAsync(_carol, NotificationLevel.None);
        var before = Node.Bus.Notices.Count;

        await Node.PostAsync(room.Id, _alice, Reply(root.Id));
        (await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@bob @carol" })).Value.Message.Mentions.Should().Equal(_bob, _carol);
        await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "@all" });

        Node.Bus.Notices.Skip(before).Should().Equal(("bob", "mention"), ("bob", "mention"));
        (await Node.ListingAsync(room.Id, _carol)).MentionCount.Should().Be(2);
        await WantAsync(_carol, NotificationLevel.All);
        await Node.PostAsync(room.Id, _alice, Reply(root.Id));
        Node.Bus.Notices.Skip(before + 2).Should().Equal(("carol", "thread.reply"));

        async Task WantAsync(UserId user, NotificationLevel level) =>
            (await Node.Arrangements.ArrangeAsync(room.Id, user, new Arrangement { Notifications = level }, CancellationToken.None)).Value.Should().BeTrue();
    }

    [SuiteFact]
    public async Task What_a_message_has_besides_its_text_comes_back_as_it_was_posted()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        await Node.Users.SaveAsync(new UserProfile(_bob, "Bob", AvatarUrl: null), CancellationToken.None);
        var first = (await Node.PostAsync(room.Id, _bob, new string('ㄱ', 400))).Value.Message;

        var quoting = await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "so it is", QuoteId = first.Id });
        var forwarding = await Node.PostAsync(room.Id, _alice, new NewMessage { Forward = new ForwardedMessage(room.Id, first.Id) });
        var passing = await Node.PostAsync(room.Id, _alice, new NewMessage { Type = MessageType.Temp, Text = "psst", TimeToLive = TimeSpan.FromSeconds(60) });
        var burning = await Node.PostAsync(room.Id, _alice, new NewMessage { Type = MessageType.Temp, Text = "hot", BurnAfterRead = TimeSpan.FromSeconds(5) });

        var quote = new MessageQuote(RoomId: null, first.Id, _bob, "Bob", new string('ㄱ', 300));
        quoting.Value.Message.Quote.Should().Be(quote);
        forwarding.Value.Message.Should().Match<Message>(m => m.Text == first.Text && m.Forwarded == quote);
        passing.Value.Message.ExpiresAt.Should().Be(passing.Value.Message.CreatedAt.AddSeconds(60));
        var stored = await Node.Messages.ReadAsync(room.Id, MessageRange.Of(before: null, after: first.Seq), 10, CancellationToken.None);
        stored.Should().BeEquivalentTo(new[] { quoting, forwarding, passing, burning }.Select(p => p.Value.Message), options => options.Excluding(m => m.Sender));
        (await Node.QueryAsync<(string Id, long? At)>("select message_id, expires_at from expiries order by seq"))
            .Should().Equal((passing.Value.Message.Id.ToString(), passing.Value.Message.ExpiresAt!.Value.ToUnixTimeMilliseconds()), (burning.Value.Message.Id.ToString(), (burning.Value.Message.CreatedAt + ExpiryRows.LongestWait).ToUnixTimeMilliseconds()));
    }

    [SuiteFact]
    public async Task Nothing_is_quoted_or_forwarded_that_one_may_not_see_or_that_leaves_nothing_behind()
    {
        var mine = await Node.CreateRoomAsync(_alice, _bob);
        var theirs = await Node.CreateRoomAsync(_bob, _carol);
        var secret = (await Node.PostAsync(theirs.Id, _bob, "secret")).Value.Message.Id;
        var temp = (await Node.PostAsync(mine.Id, _bob, new NewMessage { Type = MessageType.Temp, Text = "psst", TimeToLive = TimeSpan.FromSeconds(60) })).Value.Message.Id;

        (await Node.PostAsync(mine.Id, _alice, new NewMessage { Text = "x", QuoteId = secret })).Refusal!.Code.Should().Be(RefusalCode.NotFound);
        (await Node.PostAsync(mine.Id, _alice, new NewMessage { Forward = new ForwardedMessage(theirs.Id, secret) })).Refusal!.Code.Should().Be(RefusalCode.NotFound);
        (await Node.PostAsync(mine.Id, _alice, new NewMessage { Forward = new ForwardedMessage(mine.Id, temp) })).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        (await Node.PostAsync(mine.Id, _alice, new NewMessage { Text = "x", QuoteId = temp })).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        (await Node.PostAsync(theirs.Id, _alice, new NewMessage { Forward = new ForwardedMessage(mine.Id, temp) })).Refusal.Should().Be(Refusal.NotMember);
        (await Node.PostAsync(mine.Id, _bob, new NewMessage { Forward = new ForwardedMessage(theirs.Id, secret) })).Value.Message.Text.Should().Be("secret");
    }

    [SuiteFact]
    public async Task The_system_speaks_in_every_room_once_for_each_key_and_is_no_member()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var post = new PostSystemMessage(Node.Messages, TimeProvider.System);
        var message = new SystemMessage("k-1", room.Id, "It is late.", "{\"a\":1}");

        var first = await post.ExecuteAsync(message, CancellationToken.None);
        var second = await post.ExecuteAsync(message, CancellationToken.None);
        await Node.PostAsync(room.Id, _alice);
        await post.ExecuteAsync(message with { IdempotencyKey = "k-2" }, CancellationToken.None);
        var nowhere = await post.ExecuteAsync(message with { RoomId = RoomId.Parse("nowhere") }, CancellationToken.None);
        await Node.ExecuteAsync("update rooms set closed_at = 1, head_seq = head_seq where id = @Id", new { Id = room.Id.Value });
        var closed = await post.ExecuteAsync(message with { IdempotencyKey = "k-3" }, CancellationToken.None);

        (first.Value.Repeated, second.Value.Repeated, second.Value.Message.Id).Should().Be((false, true, first.Value.Message.Id));
        second.Value.Message.Data.Should().Be("{\"a\":1}");
        nowhere.Refusal!.Code.Should().Be(RefusalCode.NotFound);
        closed.Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        (await Node.QueryAsync<string>("select user_id from memberships")).Should().Equal("alice");
        (await Node.ListingAsync(room.Id, _alice)).UnreadCount.Should().Be(1);
    }

    private static NewMessage Reply(MessageId root, string text = "a reply") => new() { Type = MessageType.Thread, ThreadRootId = root, Text = text };
}
