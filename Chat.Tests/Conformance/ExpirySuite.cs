using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Tests.Domain;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Conformance;

/// <summary>Messages that destroy themselves, on whatever database.</summary>
public abstract class ExpirySuite(StoreDatabase database) : StoreSuite(database)
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");
    private readonly UserId _carol = UserId.Parse("carol");

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [SuiteFact]
    public async Task A_message_is_gone_within_a_second_of_its_time_with_all_that_belongs_to_it()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var message = (await Node.PostAsync(room.Id, _alice, "a secret")).Value.Message;
        var lasting = (await Node.PostAsync(room.Id, _alice, new NewMessage { Text = "no secret, @bob" })).Value.Message;
        await Node.EditMessage.ExecuteAsync(ScriptedMessage.CallerOf("alice"), room.Id, message.Id, "another secret, @bob and @all", CancellationToken.None);
        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(2);
        await new PinMessage(Node.Changes).ExecuteAsync(ScriptedMessage.CallerOf("alice"), room.Id, message.Id, pinned: true, CancellationToken.None);
        await new ReactToMessage(Node.Changes, TimeProvider.System).ExecuteAsync(ScriptedMessage.CallerOf("bob"), room.Id, message.Id, "👍", isOn: true, CancellationToken.None);
        await Node.ExecuteAsync(
            "update messages set quote = @Quote, forwarded = @Quote, data = '{}' where id = @Id",
            new
            {
                Id = message.Id.ToString(),
                Quote = """{"MessageId":"018f0000-0000-7000-8000-000000000001","SenderId":"bob","SenderName":"Bob","Text":"what?"}""",
            });
        var clock = new FakeTimeProvider(Now);
        await using var sweeping = await StartNodeAsync(clock);
        var due = Columns(Now + TimeSpan.FromMilliseconds(100));
        await Node.MakeTempAsync(message, due);
        await sweeping.StartRelayAsync();

        await AdvanceUntilAsync(clock, () => IsGoneAsync(message));

        var events = (await Node.EventsAsync(room.Id, lasting.Seq)).TakeLast(2).ToList();
        events.Select(e => e.Name).Should().Equal("message.unpinned", "message.expired");
        events[1].At.Should().BeOnOrAfter(due).And.BeBefore(due + OneSecond);
        ((MessageEvent)events[1]).Message.Should().Match<Message>(m => m.ExpiresAt == due && m.DeletedAt == null && m.PinnedAt == null && m.Rev == events[1].Seq);
        (await FindAsync(message)).Should().Match<Message>(m => m.IsGone && m.Quote == null && m.Forwarded == null && m.Data == null && !m.MentionsAll
            && m.Mentions.Count == 0 && m.Reactions.Count == 0 && m.EditedAt != null && m.Seq == message.Seq);
        foreach (var table in new[] { "message_edits", "message_reactions", "pins", "expiries" }) (await Node.QueryAsync<long>($"select count(*) from {table}")).Single().Should().Be(0, table);
        (await Node.QueryAsync<(string, long)>("select user_id, seq from mentions")).Should().Equal(("bob", lasting.Seq));
        (await Node.ListingAsync(room.Id, _bob)).MentionCount.Should().Be(1);
        (await IsGoneAsync(lasting)).Should().BeFalse();
        await EventuallyAsync(() => Task.FromResult(sweeping.Bus.Published.Any(p => p.Name == MessageExpired.EventName)));
        await sweeping.StopRelayAsync();
    }

    [SuiteFact]
    public async Task Several_gateways_destroy_many_messages_in_time_and_tell_of_each_once()
    {
        var clock = new FakeTimeProvider(Now);
        await using var one = await StartNodeAsync(clock);
        await using var other = await StartNodeAsync(clock);
        var rooms = new List<Room>();
        var temps = new List<Message>();
        var due = Columns(clock.GetUtcNow() + TimeSpan.FromMilliseconds(100));
        for (var i = 0; i < 4; i++)
        {
            rooms.Add(await Node.CreateRoomAsync(_alice));
            foreach (var posted in await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Node.PostAsync(rooms[i].Id, _alice))))
                temps.Add(await Node.MakeTempAsync(posted.Value.Message, due));
        }
        await one.StartRelayAsync();
        await other.StartRelayAsync();

        await AdvanceUntilAsync(clock, async () => (await Node.QueryAsync<long>("select count(*) from expiries")).Single() == 0);

        foreach (var room in rooms)
        {
            var events = (await Node.EventsAsync(room.Id, room.HeadSeq)).OfType<MessageExpired>().ToList();
            events.Select(e => e.Message.Id).Should().BeEquivalentTo(temps.Where(t => t.RoomId == room.Id).Select(t => t.Id));
            events.Should().OnlyContain(e => e.At >= due && e.At < due + OneSecond);
        }
        await one.StopRelayAsync();
        await other.StopRelayAsync();
    }

    [SuiteFact]
    public async Task What_came_due_while_no_gateway_ran_is_gone_within_a_second_of_the_first_ones_start()
    {
        var room = await Node.CreateRoomAsync(_alice);
        // More than one look takes up.
        var posted = await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => Node.PostAsync(room.Id, _alice)));
        foreach (var one in posted) await Node.MakeTempAsync(one.Value.Message, Columns(Now));
        var clock = new FakeTimeProvider(Now);
        await using var next = await StartNodeAsync(clock);
        var began = clock.GetUtcNow();

        await next.StartRelayAsync();

        // By a clock that stands still: the first look has to come at once, and the others right behind it.
        await EventuallyAsync(async () => (await Node.QueryAsync<long>("select count(*) from expiries")).Single() == 0);
        var events = (await Node.EventsAsync(room.Id, posted.Max(p => p.Value.Message.Seq))).ToList();
        events.Should().HaveCount(250).And.AllBeOfType<MessageExpired>();
        events[0].At.Should().BeBefore(began + OneSecond);
        await next.StopRelayAsync();
    }

    [SuiteFact]
    public async Task A_message_that_burns_after_reading_does_so_when_all_have_read_who_were_there()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob, _carol);
        var message = await BurningAsync(room.Id, OneSecond);
        await Node.JoinAsync(room.Id, UserId.Parse("late"));
        (await ExpiresAtAsync(message)).Should().Be((message.CreatedAt + TimeSpan.FromDays(7)).ToUnixTimeMilliseconds());

        await ReadAsync(room.Id, _bob, message.Seq);
        (await WaitingAsync()).Should().Be(1);
        (await FindAsync(message)).ExpiresAt.Should().BeNull();
        await ReadAsync(room.Id, _carol, message.Seq + 1);
        (await WaitingAsync()).Should().Be(0, "all have read who were there");
        (await FindAsync(message)).ExpiresAt.Should().BeCloseTo(Now, Patience);

        await Node.StartRelayAsync();
        await EventuallyAsync(() => IsGoneAsync(message));
        (await Node.EventsAsync(room.Id)).OfType<MessageExpired>().Should().ContainSingle();
        await Node.StopRelayAsync();
    }

    [SuiteFact]
    public async Task Readers_who_come_at_the_same_moment_start_the_time()
    {
        var readers = Enumerable.Range(0, 12).Select(i => UserId.Parse($"reader-{i}")).ToArray();
        var room = await Node.CreateRoomAsync([_alice, .. readers]);
        await BurningAsync(room.Id, TimeSpan.FromHours(1));
        await BurningAsync(room.Id, TimeSpan.FromHours(1));

        await Task.WhenAll(readers.Select(reader => ReadAsync(room.Id, reader, long.MaxValue)));

        (await WaitingAsync()).Should().Be(0);
    }

    [SuiteFact]
    public async Task Who_left_or_read_by_posting_is_not_waited_for()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob, _carol);
        await BurningAsync(room.Id, TimeSpan.FromHours(1));
        await Node.PostAsync(room.Id, _bob, "I have read it");
        await Node.LeaveAsync(room.Id, _carol);
        (await WaitingAsync()).Should().Be(1);

        await Node.StartRelayAsync();

        await EventuallyAsync(async () => await WaitingAsync() == 0);
        await Node.StopRelayAsync();
    }

    [SuiteFact]
    public async Task However_many_wait_to_be_read_one_look_sees_them_all()
    {
        // By a clock that only this test moves.
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var other = await StartNodeAsync(clock);
        var room = await Node.CreateRoomAsync(_alice, _bob);
        // Nobody knows what these said; they are in front of it.
        for (var page = 0; page < 10; page++)
        {
            var rows = Enumerable.Range(page * 200, 200).Select(i => $"('0-{i:D4}', '{room.Id}', {1_000_000 + i}, 1)");
            await Node.ExecuteAsync($"insert into burns (message_id, room_id, seq, seconds) values {string.Join(", ", rows)}");
        }
        await BurningAsync(room.Id, TimeSpan.FromHours(1));
        await Node.PostAsync(room.Id, _bob, "I have read it");

        await other.StartRelayAsync();

        // One look at them is due, and less than ten more until this gives up.
        clock.Advance(TimeSpan.FromSeconds(6));
        await EventuallyAsync(async () =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            return (await Node.QueryAsync<long>("select count(*) from burns where seq < 1000000")).Single() == 0;
        });
        await other.StopRelayAsync();
    }

    [SuiteFact]
    public async Task A_message_that_was_deleted_does_not_expire_as_well()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var message = await BurningAsync(room.Id, OneSecond);

        await new DeleteMessage(Node.Changes, TimeProvider.System).ExecuteAsync(ScriptedMessage.CallerOf("alice"), room.Id, message.Id, CancellationToken.None);

        (await WaitingAsync()).Should().Be(0);
        (await Node.QueryAsync<long>("select count(*) from expiries")).Single().Should().Be(0);
    }

    private async Task<Message> BurningAsync(RoomId room, TimeSpan after) =>
        await Node.MakeTempAsync((await Node.PostAsync(room, _alice, "burn this")).Value.Message, burnAfterRead: after);

    private async Task ReadAsync(RoomId room, UserId reader, long seq) =>
        (await Node.Messages.MarkReadAsync(room, reader, seq, CancellationToken.None)).Refusal.Should().BeNull();

    private async Task<long> WaitingAsync() => (await Node.QueryAsync<long>("select count(*) from burns")).Single();

    private async Task<long> ExpiresAtAsync(Message message) =>
        (await Node.QueryAsync<long>("select expires_at from expiries where message_id = @Id", new { Id = message.Id.ToString() })).Single();

    private async Task<Message> FindAsync(Message message) => (await Node.Lookup.FindAsync(message.RoomId, message.Id, CancellationToken.None))!;

    private async Task<bool> IsGoneAsync(Message message) => (await FindAsync(message)).IsGone;

    /// <summary>A time as a column holds it.</summary>
    private static DateTimeOffset Columns(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
