using System.Collections.Frozen;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Chat.Domain.Users;

namespace Chat.Tests.Conformance;

/// <summary>Who finds what, on whatever database; and that the index follows the messages, whichever node dies.</summary>
public abstract class SearchSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Node.StartRelayAsync();
    }

    public override async Task DisposeAsync()
    {
        await Node.StopRelayAsync();
        await base.DisposeAsync();
    }

    [SuiteFact]
    public async Task What_is_posted_is_found_a_moment_later()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        await Node.PostAsync(room.Id, _bob, "Das Treffen ist in 東京都庁 um 3");

        await EventuallyAsync(async () => (await TextsAsync(_alice, "treff 京都 3")).Count == 1);

        (await TextsAsync(_alice, "reffen")).Should().BeEmpty();
        (await TextsAsync(_alice, "Treffen um")).Should().ContainSingle();
        (await TextsAsync(_alice, "Treffen nie")).Should().BeEmpty();
    }

    [SuiteFact]
    public async Task What_two_terms_promise_and_the_text_does_not_hold_is_not_found()
    {
        var room = await Node.CreateRoomAsync(_alice);
        await PostAllAsync(room.Id, _alice, "東京と京都", "東京都");

        (await TextsAsync(_alice, "東京都")).Should().Equal("東京都");
        (await TextsAsync(_alice, "京")).Should().Equal("東京都", "東京と京都");
    }

    [SuiteFact]
    public async Task Pages_follow_each_other_newest_first_without_a_double_over_all_rooms()
    {
        var rooms = new[] { await Node.CreateRoomAsync(_alice), await Node.CreateRoomAsync(_alice), await Node.CreateRoomAsync(_alice) };
        // At once: many are made in the same millisecond.
        var posted = await Task.WhenAll(Enumerable.Range(0, 120).Select(i => Node.PostAsync(rooms[i % 3].Id, _alice, $"apple {i}")));
        var last = await PostAllAsync(rooms[0].Id, _alice, "pear");

        foreach (var search in new[] { new MessageSearch { Text = "app" }, new MessageSearch { From = DateTimeOffset.UnixEpoch, To = last.CreatedAt.AddDays(1) } })
        {
            var pages = await PagesAsync(_alice, search, 50);

            pages.Select(page => page.Count).Should().Equal(search.Text is null ? [50, 50, 21] : [50, 50, 20]);
            var found = pages.SelectMany(page => page).Where(message => message.Text != "pear").ToList();
            found.Select(message => message.Id).Should().BeEquivalentTo(posted.Select(post => post.Value.Message.Id));
            found.Should().BeInDescendingOrder(message => message.CreatedAt);
            found.GroupBy(message => message.RoomId).Should().AllSatisfy(room => room.Select(message => message.Seq).Should().BeInDescendingOrder());
        }
    }

    [SuiteFact]
    public async Task Sender_room_period_and_attachments_narrow_it_down_with_or_without_words()
    {
        var (one, other) = (await Node.CreateRoomAsync(_alice, _bob), await Node.CreateRoomAsync(_alice, _bob));
        var first = await PostAllAsync(one.Id, _alice, "plum one");
        await PostAllAsync(one.Id, _bob, "plum two");
        var third = await PostAllAsync(other.Id, _bob, "plum three");
        await Node.ExecuteAsync("update messages set created_at = created_at - 86400000 where id = @Id", new { Id = first.Id.ToString() });
        await Node.ExecuteAsync("update messages set type = 'image' where id = @Id", new { Id = third.Id.ToString() });
        await IndexAnewAsync();

        foreach (var text in new[] { null, "plum" })
        {
            (await TextsAsync(_alice, new MessageSearch { Text = text, Sender = _bob })).Should().Equal("plum three", "plum two");
            (await TextsAsync(_alice, new MessageSearch { Text = text, Room = one.Id })).Should().Equal("plum two", "plum one");
            (await TextsAsync(_alice, new MessageSearch { Text = text, To = first.CreatedAt })).Should().Equal("plum one");
            (await TextsAsync(_alice, new MessageSearch { Text = text, From = first.CreatedAt.AddHours(-1), Sender = _alice })).Should().BeEmpty();
            (await TextsAsync(_alice, new MessageSearch { Text = text, HasAttachments = true })).Should().Equal("plum three");
        }
        (await TextsAsync(_alice, new MessageSearch { Sender = UserId.Parse("ALICE") })).Should().BeEmpty();
    }

    [SuiteFact]
    public async Task An_edited_message_is_found_by_what_it_says_now_and_one_that_is_gone_by_nothing()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var edited = await PostAllAsync(room.Id, _alice, "a grape");
        var deleted = await PostAllAsync(room.Id, _alice, "a cherry");

        await ChangeAsync(edited, "message.edited", "a melon");
        await ChangeAsync(deleted, "message.deleted", null);

        // Before the index knows of it.
        (await TextsAsync(_alice, "grape")).Should().BeEmpty();
        (await TextsAsync(_alice, "cherry")).Should().BeEmpty();
        await PostAllAsync(room.Id, _alice, "something new");
        (await TextsAsync(_alice, "melon")).Should().Equal("a melon");
        (await ProposedAsync(room.Id, "grape")).Should().BeEmpty();
        (await ProposedAsync(room.Id, "cherry")).Should().BeEmpty();
    }

    [SuiteFact]
    public async Task What_has_expired_is_not_found_even_before_it_is_swept()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var message = await PostAllAsync(room.Id, _alice, "a secret");
        await Node.ExecuteAsync("update messages set expires_at = 1 where id = @Id", new { Id = message.Id.ToString() });

        (await TextsAsync(_alice, "secret")).Should().BeEmpty();
    }

    [SuiteFact]
    public async Task A_stranger_finds_nothing_and_is_not_told_whether_the_room_exists()
    {
        var room = await Node.CreateRoomAsync(_alice);
        await PostAllAsync(room.Id, _alice, "a fig");

        (await TextsAsync(_bob, "fig")).Should().BeEmpty();
        foreach (var id in new[] { room.Id, Sample.NewRoom() })
            (await SearchAsync(_bob, new MessageSearch { Text = "fig", Room = id })).Refusal.Should().Be(Refusal.NotMember);
    }

    [SuiteFact]
    public async Task Who_left_or_was_removed_finds_what_the_room_grants_former_members()
    {
        var closed = await Node.CreateRoomAsync(_alice, _bob);
        var open = await Node.CreateRoomAsync(new RoomSettings { HistoryForFormerMembers = HistoryForFormerMembers.UntilLeft }, _alice, _bob);
        foreach (var room in new[] { closed, open })
        {
            await PostAllAsync(room.Id, _alice, "an old lemon");
            await Node.LeaveAsync(room.Id, _bob);
            await PostAllAsync(room.Id, _alice, "a new lemon");
        }

        (await TextsAsync(_bob, "lemon")).Should().Equal("an old lemon");
        (await TextsAsync(_bob, new MessageSearch { Text = "lemon", Room = open.Id })).Should().Equal("an old lemon");
        (await TextsAsync(_bob, new MessageSearch { Sender = _alice })).Should().Equal("an old lemon");
        (await SearchAsync(_bob, new MessageSearch { Text = "lemon", Room = closed.Id })).Refusal.Should().Be(Refusal.NotMember);
        (await TextsAsync(_alice, "lemon")).Should().HaveCount(4);
    }

    [SuiteFact]
    public async Task Who_left_does_not_find_what_an_edit_has_said_since()
    {
        var room = await Node.CreateRoomAsync(new RoomSettings { HistoryForFormerMembers = HistoryForFormerMembers.UntilLeft }, _alice, _bob);
        var edited = await PostAllAsync(room.Id, _alice, "a lemon");
        await PostAllAsync(room.Id, _alice, "another lemon");
        await Node.LeaveAsync(room.Id, _bob);
        await ChangeAsync(edited, "message.edited", "a secret lemon");
        await PostAllAsync(room.Id, _alice, "something new");

        (await TextsAsync(_alice, "secret")).Should().Equal("a secret lemon");
        (await TextsAsync(_bob, "secret")).Should().BeEmpty();
        (await TextsAsync(_bob, new MessageSearch { Sender = _alice })).Should().Equal("another lemon");
    }

    [SuiteFact]
    public async Task Who_joined_later_finds_what_came_since_where_the_room_says_so()
    {
        var room = await Node.CreateRoomAsync(new RoomSettings { HistoryForNewMembers = HistoryForNewMembers.SinceJoined, Visibility = RoomVisibility.Public }, _alice);
        await PostAllAsync(room.Id, _alice, "an old lime");
        await Node.JoinAsync(room.Id, _bob);
        await PostAllAsync(room.Id, _alice, "a new lime");

        (await TextsAsync(_bob, "lime")).Should().Equal("a new lime");
        (await TextsAsync(_bob, new MessageSearch { Room = room.Id })).Should().Equal("a new lime");
        (await TextsAsync(_alice, "lime")).Should().Equal("a new lime", "an old lime");
    }

    [SuiteFact]
    public async Task What_a_node_did_not_index_before_it_died_is_indexed_by_the_next_and_so_is_all_that_was_there_before()
    {
        await Node.StopRelayAsync();
        // Nothing leads the index now, and nobody will announce these: their outbox rows are gone.
        var rooms = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Node.CreateRoomAsync(_alice)));
        await Task.WhenAll(Enumerable.Range(0, 1_200).Select(i => Node.PostAsync(rooms[i % rooms.Length].Id, _alice, $"berry {i}")));
        await Node.ExecuteAsync("delete from outbox");
        await Node.ExecuteAsync("update search_lease set expires_at = 0");

        await using var next = await StartNodeAsync();
        await next.StartRelayAsync();

        await EventuallyAsync(Node.IsIndexedAsync);
        (await PagesAsync(_alice, new MessageSearch { Text = "berry" }, 200)).Sum(page => page.Count).Should().Be(1_200);
        await next.StopRelayAsync();
    }

    [SuiteFact]
    public async Task Two_nodes_that_index_the_same_rooms_lose_nothing()
    {
        await using var other = await StartNodeAsync();
        await other.StartRelayAsync();
        var rooms = new[] { await Node.CreateRoomAsync(_alice), await Node.CreateRoomAsync(_alice) };

        await Task.WhenAll(Enumerable.Range(0, 600).Select(i => (i % 2 == 0 ? Node : other).PostAsync(rooms[i / 2 % 2].Id, _alice, $"nut {i}")));

        await EventuallyAsync(Node.IsIndexedAsync);
        (await PagesAsync(_alice, new MessageSearch { Text = "nut" }, 200)).Sum(page => page.Count).Should().Be(600);
        await other.StopRelayAsync();
    }

    [SuiteFact]
    public async Task An_older_state_of_a_message_never_takes_the_place_of_a_newer_one()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var message = await PostAllAsync(room.Id, _alice, "before");
        IndexedMessage At(long rev, string? text) => new()
        {
            RoomId = room.Id,
            Seq = message.Seq,
            Rev = rev,
            CreatedAt = message.CreatedAt,
            Sender = _alice,
            HasAttachments = false,
            Text = text,
        };

        await Node.Index.ApplyAsync([At(message.Rev + 5, null)], [], CancellationToken.None);
        await Node.Index.ApplyAsync([At(message.Rev + 4, "before")], [], CancellationToken.None);
        (await ProposedAsync(room.Id, "before")).Should().BeEmpty();
        await Node.Index.ApplyAsync([At(message.Rev + 6, "after")], [], CancellationToken.None);
        (await ProposedAsync(room.Id, "after")).Should().ContainSingle();
    }

    [SuiteFact]
    public async Task A_room_that_is_forgotten_begins_anew_whatever_was_under_way()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var message = await PostAllAsync(room.Id, _alice, "a quince");
        await Node.StopRelayAsync();

        await Node.Index.ForgetAsync([room.Id], CancellationToken.None);
        (await ProposedAsync(room.Id, "quince")).Should().BeEmpty();
        // Begun before it was forgotten: what comes before it would never be walked.
        await Node.Index.ApplyAsync([], [new IndexStep(room.Id, message.Seq, message.Seq + 1)], CancellationToken.None);
        (await Node.Index.ListAsync([room.Id], CancellationToken.None)).Should().Equal(new IndexedRoom(room.Id, 0, null));
    }

    [SuiteFact]
    public async Task A_search_that_asks_for_nothing_or_too_much_is_refused()
    {
        await Node.CreateRoomAsync(_alice);
        foreach (var search in new[] { new MessageSearch(), new MessageSearch { Text = "?!" }, new MessageSearch { Text = new string('x', 201) }, new MessageSearch { From = DateTimeOffset.UnixEpoch, To = DateTimeOffset.UnixEpoch } })
            (await SearchAsync(_alice, search)).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        foreach (var limit in new[] { 0, 201 })
            (await Node.Search.ExecuteAsync(CallerOf(_alice), new MessageSearch { Text = "x" }, null, limit, CancellationToken.None)).Refusal!.Code.Should().Be(RefusalCode.Invalid);
    }

    [SuiteFact]
    public async Task The_longest_text_is_taken_and_its_end_is_found()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var text = string.Concat(Enumerable.Range(0, 7_990).Select(i => (char)(0x4E00 + i))) + " longest";
        await PostAllAsync(room.Id, _alice, text);

        (await TextsAsync(_alice, "long")).Should().Equal(text);
        (await TextsAsync(_alice, text[7_900..7_990])).Should().Equal(text);
    }

    /// <summary>Posts one after the other, and waits until the index has them.</summary>
    private async Task<Message> PostAllAsync(RoomId room, UserId sender, params string[] texts)
    {
        Message last = null!;
        foreach (var text in texts) last = (await Node.PostAsync(room, sender, text)).Value.Message;
        await EventuallyAsync(Node.IsIndexedAsync);
        return last;
    }

    private async Task IndexAnewAsync()
    {
        await Node.StopRelayAsync();
        await Node.ExecuteOnIndexAsync("delete from message_terms");
        await Node.ExecuteOnIndexAsync("update search_rooms set indexed_seq = 0");
        await using var next = await StartNodeAsync();
        await Node.ExecuteAsync("update search_lease set expires_at = 0");
        await next.StartRelayAsync();
        await EventuallyAsync(Node.IsIndexedAsync);
        await next.StopRelayAsync();
    }

    /// <summary>What a change of a message does to the tables.</summary>
    private async Task ChangeAsync(Message message, string name, string? text)
    {
        var facts = new { Room = message.RoomId.Value, message.Seq, Text = text, Name = name, Id = message.Id.ToString() };
        await Node.ExecuteAsync("insert into room_events (room_id, seq, event, at, subject_id) select id, head_seq + 1, @Name, 0, @Id from rooms where id = @Room", facts);
        await Node.ExecuteAsync("update messages set body = @Text, rev = (select head_seq + 1 from rooms where id = @Room) where room_id = @Room and seq = @Seq", facts);
        await Node.ExecuteAsync("update rooms set head_seq = head_seq + 1 where id = @Room", facts);
    }

    private async Task<IReadOnlyList<MessagePosition>> ProposedAsync(RoomId room, string text)
    {
        SearchQuery.TryParse(text, out var query).Should().BeTrue();
        return await Node.Index.FindAsync(new IndexQuery { Rooms = [new RoomSpan(room, new VisibleSpan(1, long.MaxValue))], Terms = query.Terms }, 10, CancellationToken.None);
    }

    private Task<IReadOnlyList<string?>> TextsAsync(UserId user, string text) => TextsAsync(user, new MessageSearch { Text = text });

    private async Task<IReadOnlyList<string?>> TextsAsync(UserId user, MessageSearch search) => [.. (await SearchAsync(user, search)).Value.Messages.Select(message => message.Text)];

    private async Task<Outcome<FoundMessages>> SearchAsync(UserId user, MessageSearch search) =>
        await Node.Search.ExecuteAsync(CallerOf(user), search, after: null, 200, CancellationToken.None);

    private async Task<IReadOnlyList<IReadOnlyList<Message>>> PagesAsync(UserId user, MessageSearch search, int limit)
    {
        var pages = new List<IReadOnlyList<Message>>();
        MessagePosition? after = null;
        do
        {
            var page = (await Node.Search.ExecuteAsync(CallerOf(user), search, after, limit, CancellationToken.None)).Value;
            pages.Add(page.Messages);
            after = page.Next;
        }
        while (after is not null);
        return pages;
    }

    private static Caller CallerOf(UserId user) => new(user, user.Value, AvatarUrl: null, FrozenSet<string>.Empty);
}
