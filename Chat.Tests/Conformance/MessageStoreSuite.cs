using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Tests.Conformance;

/// <summary>What <see cref="IMessageStore"/> promises, on whatever database.</summary>
public abstract class MessageStoreSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");

    [SuiteFact]
    public async Task Messages_sent_at_once_take_the_numbers_of_their_rooms_without_gap_and_in_the_order_of_the_calls()
    {
        var rooms = new List<Room>();
        for (var i = 0; i < 3; i++) rooms.Add(await Node.CreateRoomAsync(_alice));

        // The calls come one after the other, their commits all at once.
        var posted = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Node.PostAsync(rooms[i % 3].Id, _alice, $"{i}")));

        foreach (var room in rooms)
        {
            var mine = posted.Select(p => p.Value.Message).Where(m => m.RoomId == room.Id).ToList();
            mine.Select(m => m.Seq).Should().Equal(Enumerable.Range(1, 100).Select(i => room.HeadSeq + i));
            mine.Select(m => m.Ordinal).Should().Equal(Enumerable.Range(1, 100).Select(i => (long)i));
            var stored = await Node.Messages.ReadAsync(room.Id, MessageRange.Of(before: null, after: 0), 200, CancellationToken.None);
            stored.Should().Equal(mine.Select(m => m with { Sender = new UserProfile(_alice, "alice", AvatarUrl: null) }));
        }
    }

    [SuiteFact]
    public async Task Messages_that_arrive_together_are_committed_together()
    {
        var room = await Node.CreateRoomAsync(_alice);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Node.PostAsync(room.Id, _alice, $"{i}")));

        // Each transaction leaves one row for a room; the relay is not running, so none is gone.
        (await Node.QueryAsync<long>("select count(*) from outbox")).Single().Should().BeInRange(2, 100);
    }

    [SuiteFact]
    public async Task The_same_client_message_id_stores_one_message_however_often_it_comes()
    {
        var room = await Node.CreateRoomAsync(_alice);

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Node.PostAsync(room.Id, _alice, "once", "id-1")));
        var later = await Node.PostAsync(room.Id, _alice, "once more", "id-1");

        all.Count(p => !p.Value.Repeated).Should().Be(1);
        all.Append(later).Select(p => p.Value.Message.Id).Distinct().Should().ContainSingle();
        later.Value.Should().BeEquivalentTo(new PostedMessage(all[0].Value.Message, Repeated: true));
        (await Node.EventsAsync(room.Id, room.HeadSeq)).Should().ContainSingle();
    }

    [SuiteFact]
    public async Task A_client_message_id_belongs_to_its_sender_and_its_room_and_counts_letter_case()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var other = await Node.CreateRoomAsync(_alice);

        var posted = new[]
        {
            await Node.PostAsync(room.Id, _alice, "1", "id"),
            await Node.PostAsync(room.Id, _bob, "2", "id"),
            await Node.PostAsync(other.Id, _alice, "3", "id"),
            await Node.PostAsync(room.Id, _alice, "4", "ID"),
            await Node.PostAsync(room.Id, _alice, "5", "íd"),
        };

        posted.Should().OnlyContain(p => !p.Value.Repeated);
    }

    [SuiteFact]
    public async Task Texts_come_back_as_they_were()
    {
        var room = await Node.CreateRoomAsync(_alice);
        string[] texts = ["안녕하세요 👋🏽", "日本語 中文 한국어", "  blanks  ", "quotes ' \" \\ % _ ; -- /* \r\n\t", "\u0001\uFFFD\u200D", string.Concat(Enumerable.Repeat("𝄞", 8_000))];

        foreach (var text in texts) await Node.PostAsync(room.Id, _alice, text);

        (await Node.Messages.ReadAsync(room.Id, MessageRange.Of(before: null, after: null), 50, CancellationToken.None)).Select(m => m.Text).Should().Equal(texts);
    }

    [SuiteFact]
    public async Task Who_is_refused_stores_nothing_and_takes_no_number()
    {
        var room = await Node.CreateRoomAsync(_alice);

        var results = await Task.WhenAll(
            Node.PostAsync(room.Id, _alice, "1"), Node.PostAsync(room.Id, _bob), Node.PostAsync(Sample.NewRoom(), _alice),
            Node.PostAsync(room.Id, _alice, refusal: new Refusal(RefusalCode.Muted, "no")), Node.PostAsync(room.Id, _alice, "2"));

        results.Select(r => r.Refusal?.Code).Should().Equal(null, RefusalCode.NotMember, RefusalCode.NotMember, RefusalCode.Muted, null);
        (await Node.EventsAsync(room.Id, room.HeadSeq)).OfType<MessageCreated>().Select(e => (e.Seq, e.Message.Text)).Should().Equal((2, "1"), (3, "2"));
    }

    [SuiteFact]
    public async Task Pages_are_ascending_and_taken_from_the_end_that_was_named()
    {
        var room = await Node.CreateRoomAsync(_alice);
        for (var i = 0; i < 6; i++) await Node.PostAsync(room.Id, _alice, $"{i}");

        (await SeqsAsync(before: null, after: null, 2)).Should().Equal(6, 7);
        (await SeqsAsync(before: 6, after: null, 2)).Should().Equal(4, 5);
        (await SeqsAsync(before: null, after: 3, 2)).Should().Equal(4, 5);
        (await SeqsAsync(before: 5, after: 2, 10)).Should().Equal(3, 4);
        (await SeqsAsync(before: 2, after: null, 10)).Should().BeEmpty();

        async Task<IEnumerable<long>> SeqsAsync(long? before, long? after, int limit) =>
            (await Node.Messages.ReadAsync(room.Id, MessageRange.Of(before, after), limit, CancellationToken.None)).Select(m => m.Seq);
    }

    [SuiteFact]
    public async Task Events_of_every_kind_come_in_order_without_gap()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        await Node.PostAsync(room.Id, _alice);
        var carol = UserId.Parse("carol");
        await Node.JoinAsync(room.Id, carol);
        await Node.PostAsync(room.Id, carol);
        await Node.LeaveAsync(room.Id, _alice);

        var events = await Node.EventsAsync(room.Id);

        events.Select(e => (e.Seq, e.Name)).Should().Equal(
            (1, "member.joined"), (2, "member.joined"), (3, "message.created"), (4, "member.joined"), (5, "message.created"), (6, "member.left"), (7, "member.changed"));
        events.OfType<MemberChanged>().Single().Member.Membership.Should().Match<Membership>(m => m.UserId == _bob && m.Role == MemberRole.Owner);
        (await Node.EventsAsync(room.Id, after: 2, limit: 3)).Select(e => e.Seq).Should().Equal(3, 4, 5);
        (await Node.EventsAsync(room.Id, after: 7)).Should().BeEmpty();
    }

    [SuiteFact]
    public async Task A_read_position_never_goes_back_nor_beyond_the_head()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        for (var i = 0; i < 5; i++) await Node.PostAsync(room.Id, _alice);

        (await ReadAsync(5)).Value.Should().Match<ReadState>(s => s.LastReadSeq == 5 && s.ReadCount == 3 && s.MessageCount == 5);
        (await ReadAsync(4)).Value.LastReadSeq.Should().Be(5);
        (await Node.ListingAsync(room.Id, _bob)).UnreadCount.Should().Be(2);
        (await ReadAsync(long.MaxValue)).Value.Should().Match<ReadState>(s => s.LastReadSeq == 7 && s.ReadCount == 5);
        (await Node.ListingAsync(room.Id, _bob)).UnreadCount.Should().Be(0);
        (await Node.Messages.MarkReadAsync(room.Id, UserId.Parse("stranger"), 1, CancellationToken.None)).Refusal.Should().Be(Refusal.NotMember);

        async Task<Outcome<ReadState>> ReadAsync(long seq) => await Node.Messages.MarkReadAsync(room.Id, _bob, seq, CancellationToken.None);
    }

    [SuiteFact]
    public async Task Marks_that_move_no_position_are_told_nobody()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var seq = (await Node.PostAsync(room.Id, _alice)).Value.Message.Seq;
        var (bob, read, unread) = (new Caller(_bob, "bob", AvatarUrl: null, Roles: []), new MarkRead(Node.Messages, Node.Bus), new MarkUnread(Node.Messages, Node.Bus));

        for (var i = 0; i < 3; i++) (await read.ExecuteAsync(bob, room.Id, seq, CancellationToken.None)).Value.LastReadSeq.Should().Be(seq);
        Node.Bus.Signals.Should().Equal(new ReadSignal(_bob, room.Id, seq, 1), new ReadPositionSignal(room.Id, _bob, seq));
        for (var i = 0; i < 3; i++) (await unread.ExecuteAsync(bob, room.Id, seq, CancellationToken.None)).Value.LastReadSeq.Should().Be(seq - 1);

        Node.Bus.Signals.Skip(2).Should().Equal(new ReadSignal(_bob, room.Id, seq - 1, 0, GoesBack: true));
    }

    [SuiteFact]
    public async Task What_is_marked_as_unread_is_so_until_it_is_read_again()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        for (var i = 0; i < 5; i++) await Node.PostAsync(room.Id, _alice);
        await Node.Messages.MarkReadAsync(room.Id, _bob, 7, CancellationToken.None);

        (await UnreadAsync(5)).Value.Should().Match<ReadState>(s => s.LastReadSeq == 4 && s.ReadCount == 2 && s.MessageCount == 5);
        (await Node.ListingAsync(room.Id, _bob)).UnreadCount.Should().Be(3);
        (await UnreadAsync(6)).Value.LastReadSeq.Should().Be(4, "it never goes forward");
        (await UnreadAsync(1)).Value.Should().Match<ReadState>(s => s.LastReadSeq == 0 && s.ReadCount == 0);
        (await Node.Messages.MarkReadAsync(room.Id, _bob, 7, CancellationToken.None)).Value.ReadCount.Should().Be(5);
        (await Node.Messages.MarkUnreadAsync(room.Id, UserId.Parse("stranger"), 1, CancellationToken.None)).Refusal.Should().Be(Refusal.NotMember);

        async Task<Outcome<ReadState>> UnreadAsync(long seq) => await Node.Messages.MarkUnreadAsync(room.Id, _bob, seq, CancellationToken.None);
    }

    [SuiteFact]
    public async Task What_lies_before_what_a_member_may_see_cannot_be_unread()
    {
        var room = await Node.CreateRoomAsync(new RoomSettings { Name = "x", HistoryForNewMembers = HistoryForNewMembers.SinceJoined }, _alice);
        await Node.PostAsync(room.Id, _alice);
        var joined = (await Node.JoinAsync(room.Id, _bob)).Value;
        await Node.PostAsync(room.Id, _alice);
        await Node.Messages.MarkReadAsync(room.Id, _bob, long.MaxValue, CancellationToken.None);

        await Node.Messages.MarkUnreadAsync(room.Id, _bob, 1, CancellationToken.None);

        (await Node.ListingAsync(room.Id, _bob)).Should().Match<RoomListing>(l => l.UnreadCount == 1 && l.Membership.LastReadSeq == joined.JoinedSeq - 1);
    }

    [SuiteFact]
    public async Task Whoever_posts_has_read_up_to_there()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);

        await Node.PostAsync(room.Id, _alice);
        await Node.PostAsync(room.Id, _bob);
        await Node.PostAsync(room.Id, _alice);

        (await Node.ListingAsync(room.Id, _alice)).UnreadCount.Should().Be(0);
        (await Node.ListingAsync(room.Id, _bob)).UnreadCount.Should().Be(1);
    }

    [SuiteFact]
    public async Task Two_gateways_that_write_to_the_same_rooms_share_the_numbers()
    {
        await using var other = await StartNodeAsync();
        var rooms = new List<Room> { await Node.CreateRoomAsync(_alice, _bob), await Node.CreateRoomAsync(_alice, _bob) };

        var posts = Enumerable.Range(0, 400).Select(i => (i % 2 == 0 ? Node : other).PostAsync(rooms[i / 2 % 2].Id, i % 2 == 0 ? _alice : _bob, $"{i}", $"{i}"));
        var posted = await Task.WhenAll(posts);

        posted.Should().OnlyContain(p => p.Refusal == null);
        foreach (var room in rooms) (await Node.EventsAsync(room.Id, room.HeadSeq)).Select(e => e.Seq).Should().Equal(Enumerable.Range(1, 200).Select(i => room.HeadSeq + i));
    }

    [SuiteFact]
    public async Task What_another_gateway_did_to_a_room_is_seen_by_one_that_has_long_written_it_alone()
    {
        await using var other = await StartNodeAsync();
        var carol = UserId.Parse("carol");
        var room = await Node.CreateRoomAsync(_alice, _bob);
        for (var i = 0; i < 4; i++) await PostBothAsync();

        await other.LeaveAsync(room.Id, _bob);
        (await Node.PostAsync(room.Id, _bob)).Refusal.Should().Be(Refusal.NotMember);
        (await Node.PostAsync(room.Id, carol)).Refusal.Should().Be(Refusal.NotMember);
        await other.JoinAsync(room.Id, carol);
        (await Node.PostAsync(room.Id, carol)).Refusal.Should().BeNull();
        await other.JoinAsync(room.Id, _bob);
        for (var i = 0; i < 4; i++) await PostBothAsync();
        await other.PostAsync(room.Id, _bob, "elsewhere", "once");
        (await Node.PostAsync(room.Id, _bob, "here", "once")).Value.Repeated.Should().BeTrue();
        await PostBothAsync();

        (await Node.EventsAsync(room.Id)).Select(e => e.Seq).Should().Equal(Enumerable.Range(1, 25).Select(i => (long)i));

        async Task PostBothAsync()
        {
            (await Node.PostAsync(room.Id, _alice)).Refusal.Should().BeNull();
            (await Node.PostAsync(room.Id, _bob)).Refusal.Should().BeNull();
        }
    }

    [SuiteFact]
    public async Task Gateways_that_write_a_room_by_turns_store_each_message_once_and_leave_no_gap()
    {
        await using var other = await StartNodeAsync();
        var rooms = new List<Room> { await Node.CreateRoomAsync(_alice, _bob), await Node.CreateRoomAsync(_alice, _bob) };

        // Long enough alone for a lane to go by what it knows, then the other.
        foreach (var node in new[] { Node, other, Node, other })
        {
            for (var i = 0; i < 5; i++)
                (await Task.WhenAll(rooms.SelectMany(room => new[] { node.PostAsync(room.Id, _alice), node.PostAsync(room.Id, _bob) }))).Should().OnlyContain(p => p.Refusal == null);
        }

        foreach (var room in rooms)
        {
            var events = await Node.EventsAsync(room.Id, room.HeadSeq);
            events.Select(e => e.Seq).Should().Equal(Enumerable.Range(1, 40).Select(i => room.HeadSeq + i));
            events.OfType<MessageCreated>().Select(e => e.Message.Ordinal).Should().Equal(Enumerable.Range(1, 40).Select(i => (long)i));
        }
    }
}
