using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Users;
using Chat.Tests.Domain;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Conformance;

/// <summary>What becomes of scheduled messages at their time, on whatever database.</summary>
public abstract class ScheduledPostsSuite(StoreDatabase database) : StoreSuite(database)
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");

    private static DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    [SuiteFact]
    public async Task A_message_is_posted_within_a_second_of_its_time_and_not_before()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        await Node.Users.SaveAsync(new UserProfile(_alice, "Alice", AvatarUrl: null), CancellationToken.None);
        var clock = new FakeTimeProvider(Now);
        await using var posting = await StartNodeAsync(clock);
        var due = clock.GetUtcNow() + TimeSpan.FromMilliseconds(100);
        var scheduled = await Node.ScheduleAsync(room.Id, _alice, due, new NewMessage { Text = "good morning @bob" });
        await posting.StartRelayAsync();

        await AdvanceUntilAsync(clock, IsEmptyAsync);

        var posted = (await MessagesAsync(room.Id)).Should().ContainSingle().Subject;
        posted.CreatedAt.Should().BeOnOrAfter(due).And.BeBefore(due + OneSecond);
        posted.Should().Match<Message>(m => m.Text == "good morning @bob" && m.Sender.Name == "Alice" && m.ClientMessageId == $"scheduled-{scheduled.Id}");
        posted.Mentions.Should().Equal(_bob);
        await EventuallyAsync(() => Task.FromResult(posting.Bus.Published.Any(p => p.Name == MessageCreated.EventName)));
        await EventuallyAsync(() => Task.FromResult(posting.Bus.Notices.Count == 2));
        posting.Bus.Notices.Should().Equal(("bob", "mention"), ("alice", "scheduled.posted"));
        await posting.StopRelayAsync();
    }

    [SuiteFact]
    public async Task For_somebody_who_is_away_it_reads_nothing()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var urgent = (await Node.PostAsync(room.Id, _bob, new NewMessage { Text = "urgent, @alice" })).Value.Message;
        await Node.MakeTempAsync((await Node.PostAsync(room.Id, _bob, "for your eyes only")).Value.Message, burnAfterRead: OneSecond);
        await Node.ScheduleAsync(room.Id, _alice, Now, new NewMessage { Text = "good morning" });
        await Node.StartRelayAsync();

        await EventuallyAsync(IsEmptyAsync);

        var listing = await Node.ListingAsync(room.Id, _alice);
        (listing.UnreadCount, listing.MentionCount, listing.Membership.LastReadSeq).Should().Be((3, 1, urgent.Seq - 1));
        (await Node.QueryAsync<long>("select count(*) from burns")).Single().Should().Be(1, "she has not read it");
        Node.Bus.Signals.OfType<ReadSignal>().Should().ContainSingle().Which.Should().Be(new ReadSignal(_alice, room.Id, urgent.Seq - 1, 0, GoesBack: true));

        await Node.Messages.MarkReadAsync(room.Id, _alice, long.MaxValue, CancellationToken.None);
        await Node.ScheduleAsync(room.Id, _alice, Now, new NewMessage { Text = "how are you?" });

        await EventuallyAsync(async () => await IsEmptyAsync() && (await MessagesAsync(room.Id)).Count == 4);

        (await Node.ListingAsync(room.Id, _alice)).UnreadCount.Should().Be(0, "there was nothing before it that she had not read");
        Node.Bus.Signals.OfType<ReadSignal>().Should().ContainSingle();
        await Node.StopRelayAsync();
    }

    [SuiteFact]
    public async Task Several_gateways_that_start_late_post_each_message_once_and_each_rooms_in_order()
    {
        await using var other = await StartNodeAsync();
        var rooms = new List<Room>();
        for (var i = 0; i < 4; i++)
        {
            rooms.Add(await Node.CreateRoomAsync(_alice));
            // What is written down last is due first.
            for (var n = 15; n > 0; n--) await Node.ScheduleAsync(rooms[i].Id, _alice, Now - TimeSpan.FromHours(1) + TimeSpan.FromSeconds(n), new NewMessage { Text = $"{n}" });
        }
        var began = Now;
        await Node.StartRelayAsync();
        await other.StartRelayAsync();

        await EventuallyAsync(async () => await IsEmptyAsync());

        foreach (var room in rooms)
        {
            var messages = await MessagesAsync(room.Id);
            messages.Select(m => m.Text).Should().Equal(Enumerable.Range(1, 15).Select(n => $"{n}"));
            messages.Should().OnlyContain(m => m.CreatedAt >= began, "the time is that of posting");
        }
        await EventuallyAsync(() => Task.FromResult(Node.Bus.Notices.Concat(other.Bus.Notices).Count() == 60));
        Node.Bus.Notices.Concat(other.Bus.Notices).Should().OnlyContain(n => n.Event == "scheduled.posted");
        await Node.StopRelayAsync();
        await other.StopRelayAsync();
    }

    [SuiteFact]
    public async Task What_a_node_posted_and_did_not_live_to_forget_is_not_posted_again()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var left = await Node.CreateRoomAsync(_alice, _bob);
        foreach (var at in new[] { room, left })
        {
            var scheduled = await Node.ScheduleAsync(at.Id, _bob, Now);
            (await Node.Scheduled.TakeDueAsync(OneSecond, 10, CancellationToken.None)).Messages.Should().ContainSingle();
            (await Node.PostAsync(at.Id, _bob, scheduled.ToPost())).Refusal.Should().BeNull();
        }
        // Its sender may not post there any more when another node comes upon it.
        await Node.LeaveAsync(left.Id, _bob);
        await using var other = await StartNodeAsync();
        (await other.Scheduled.TakeDueAsync(OneSecond, 10, CancellationToken.None)).Messages.Should().BeEmpty("the dead node's time is not over");
        await other.StartRelayAsync();
        await Node.ExecuteAsync("update scheduled_messages set wake_at = @Now", new { Now = Now.ToUnixTimeMilliseconds() - 1 });

        await EventuallyAsync(async () => await IsEmptyAsync());

        foreach (var at in new[] { room, left }) (await MessagesAsync(at.Id)).Should().ContainSingle();
        other.Bus.Notices.Should().NotContain(n => n.Event == "scheduled.failed");
        await other.StopRelayAsync();
    }

    [SuiteFact]
    public async Task What_is_refused_at_its_time_is_kept_with_the_reason_until_it_is_scheduled_again()
    {
        var rooms = new Dictionary<RefusalCode, Room>();
        foreach (var code in new[] { RefusalCode.NotMember, RefusalCode.Muted, RefusalCode.Forbidden, RefusalCode.RateLimited, RefusalCode.NotFound })
            rooms[code] = await Node.CreateRoomAsync(new RoomSettings { Name = $"{code}", SlowMode = code is RefusalCode.RateLimited ? TimeSpan.FromHours(1) : TimeSpan.Zero }, _alice, _bob);
        var quoted = (await Node.PostAsync(rooms[RefusalCode.NotFound].Id, _alice, "gone soon")).Value.Message;
        foreach (var (code, room) in rooms)
            await Node.ScheduleAsync(room.Id, _bob, Now, code is RefusalCode.NotFound ? new NewMessage { Text = "x", QuoteId = quoted.Id } : new NewMessage { Text = "x" });
        await Node.LeaveAsync(rooms[RefusalCode.NotMember].Id, _bob);
        await MuteAsync(rooms[RefusalCode.Muted].Id, Now.AddHours(1));
        await Node.Settings.CloseAsync(rooms[RefusalCode.Forbidden].Id, _alice, _ => null, CancellationToken.None);
        await Node.PostAsync(rooms[RefusalCode.RateLimited].Id, _bob, "a moment before");
        await new DeleteMessage(Node.Changes, TimeProvider.System).ExecuteAsync(ScriptedMessage.CallerOf("alice"), quoted.RoomId, quoted.Id, CancellationToken.None);
        await Node.StartRelayAsync();

        await EventuallyAsync(() => Task.FromResult(Node.Bus.Notices.Count(n => n == ("bob", "scheduled.failed")) == rooms.Count));

        var failed = await Node.Scheduled.ListAsync(_bob, room: null, after: null, 10, CancellationToken.None);
        failed.Should().OnlyContain(s => s.Failure!.Refusal.Code == Enum.Parse<RefusalCode>(rooms.Single(r => r.Value.Id == s.RoomId).Key.ToString()));
        failed.Should().OnlyContain(s => s.Failure!.Refusal.Detail.Length > 0 && s.Failure.At >= s.DueAt).And.HaveCount(rooms.Count);
        (await Node.QueryAsync<long>("select count(*) from messages where sender_id = 'bob'")).Single().Should().Be(1, "of bob there is what he said himself");

        await MuteAsync(rooms[RefusalCode.Muted].Id, until: null);
        var muted = failed.Single(s => s.RoomId == rooms[RefusalCode.Muted].Id);
        (await Node.Scheduled.ChangeAsync(_bob, muted.Id, new ScheduleChange(Text: null, Now).Apply, CancellationToken.None)).Value.Failure.Should().BeNull();
        await EventuallyAsync(async () => (await MessagesAsync(muted.RoomId)).Count == 1);
        await Node.StopRelayAsync();
    }

    [SuiteFact]
    public async Task One_with_which_something_is_wrong_is_given_up_and_holds_up_no_other()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var root = (await Node.PostAsync(room.Id, _alice, "root")).Value.Message;
        var broken = await Node.ScheduleAsync(room.Id, _alice, Now - OneSecond, new NewMessage { Type = MessageType.Thread, ThreadRootId = root.Id, Text = "a reply" });
        await Node.ScheduleAsync(room.Id, _alice, Now);
        // No reply can be stored now, whoever tries.
        await Node.ExecuteAsync("alter table thread_replies rename to hidden");
        await Node.StartRelayAsync();

        await EventuallyAsync(async () => (await MessagesAsync(room.Id)).Any(m => m.Text == "at its time"));

        await EventuallyAsync(async () => (await Node.Scheduled.FindAsync(_alice, broken.Id, CancellationToken.None))?.Failure?.Refusal.Code is RefusalCode.Unavailable);
        await Node.StopRelayAsync();
    }

    [SuiteFact]
    public async Task One_that_cannot_be_read_is_given_up_and_holds_up_no_other_and_can_be_taken_back()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var broken = new List<ScheduledMessage>();
        foreach (var body in (string[])["""{"type":"hologram","text":"x"}""", """{"type":"thread","text":"x","threadRootId":"none"}""", "null", "{"])
        {
            broken.Add(await Node.ScheduleAsync(room.Id, _alice, Now - OneSecond));
            await Node.ExecuteAsync("update scheduled_messages set body = @Body where id = @Id", new { Body = body, Id = broken[^1].Id.ToString() });
        }
        await Node.ScheduleAsync(room.Id, _alice, Now);
        await Node.StartRelayAsync();

        await EventuallyAsync(async () => (await MessagesAsync(room.Id)).Any(m => m.Text == "at its time"));

        foreach (var one in broken) await EventuallyAsync(async () => (await Node.Scheduled.FindAsync(_alice, one.Id, CancellationToken.None))?.Failure is not null);
        await Node.StopRelayAsync();
        foreach (var one in broken) (await Node.Scheduled.RemoveAsync(_alice, one.Id, CancellationToken.None)).Refusal.Should().BeNull();
    }

    private async Task<bool> IsEmptyAsync() => (await Node.QueryAsync<long>("select count(*) from scheduled_messages")).Single() == 0;

    private async Task<IReadOnlyList<Message>> MessagesAsync(RoomId room) => await Node.Messages.ReadAsync(room, MessageRange.Of(before: null, after: 0), 100, CancellationToken.None);

    private async Task MuteAsync(RoomId room, DateTimeOffset? until) => (await Node.Members.ChangeAsync(
        room, _alice, _bob, facts => Outcome.Of<IReadOnlyList<Membership>>([facts.Other! with { MutedUntil = until }]), CancellationToken.None)).Refusal.Should().BeNull();
}
