using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Users;
using Chat.Tests.Domain;

namespace Chat.Tests.Conformance;

/// <summary>Messages that wait for their time, as they are kept and changed, on whatever database.</summary>
public abstract class ScheduleSuite(StoreDatabase database) : StoreSuite(database)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");

    private static DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    [SuiteFact]
    public async Task What_was_scheduled_comes_back_as_it_was_given()
    {
        var room = await Node.CreateRoomAsync(_alice);
        await Node.Users.SaveAsync(new UserProfile(_alice, "Alice", AvatarUrl: null), CancellationToken.None);
        var said = (await Node.PostAsync(room.Id, _alice, "root")).Value.Message;
        NewMessage[] messages =
        [
            new() { Text = "내일 👩‍👩‍👧", ClientMessageId = "c-1" },
            new() { Type = MessageType.Thread, Text = "a reply", ThreadRootId = said.Id },
            new() { Type = MessageType.Temp, Text = "psst", TimeToLive = TimeSpan.FromSeconds(60) },
            new() { Type = MessageType.Temp, Text = "hot", BurnAfterRead = TimeSpan.FromSeconds(5) },
            new() { Text = "so it is", QuoteId = said.Id },
            new() { Forward = new ForwardedMessage(room.Id, said.Id) },
        ];
        var due = Now + Minute;
        foreach (var message in messages) (await AddAsync(room.Id, _alice, message, due)).Refusal.Should().BeNull();

        var listed = await Node.Scheduled.ListAsync(_alice, room: null, after: null, 10, CancellationToken.None);
        // All are due at one moment, and ids made within a millisecond have no order.
        listed.Select(s => s.Message).Should().BeEquivalentTo(messages);
        listed.Should().OnlyContain(s => s.DueAt == due && s.RoomId == room.Id && s.Sender.Name == "Alice" && s.Failure == null);
        (await Node.Scheduled.FindAsync(_alice, listed[1].Id, CancellationToken.None)).Should().BeEquivalentTo(listed[1]);
    }

    [SuiteFact]
    public async Task The_same_client_message_id_is_one_message_before_it_is_posted_and_after()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var message = new NewMessage { Text = "once", ClientMessageId = "c-1" };
        var due = Now + Minute;

        var added = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AddAsync(room.Id, _alice, message, due).AsTask()));
        var late = await AddAsync(room.Id, _alice, message, due - TimeSpan.FromDays(1));
        (await AddAsync(room.Id, _bob, message, due)).Value.Repeated.Should().BeFalse("it is somebody else's");

        added.Count(a => !a.Value.Repeated).Should().Be(1);
        added.Append(late).Select(a => a.Value.Message.Id).Distinct().Should().HaveCount(1);
        Node.Bus.Notices.Should().Equal(("alice", "scheduled.changed"), ("bob", "scheduled.changed"));

        await Node.PostAsync(room.Id, _alice, message with { ClientMessageId = "c-2" });
        (await AddAsync(room.Id, _alice, message with { ClientMessageId = "c-2" }, due)).Refusal!.Code.Should().Be(RefusalCode.Conflict);
    }

    [SuiteFact]
    public async Task However_many_are_scheduled_at_once_a_user_has_no_more_than_a_hundred()
    {
        await Node.Users.SaveAsync(new UserProfile(_alice, "Alice", AvatarUrl: null), CancellationToken.None);
        var room = await Node.CreateRoomAsync(_alice, _bob);
        for (var i = 0; i < 92; i++) await AddAsync(room.Id, _alice, new NewMessage { Text = "x" }, Now + Minute);

        var added = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => AddAsync(room.Id, _alice, new NewMessage { Text = "x" }, Now + Minute).AsTask()));

        added.Count(a => a.Refusal is null).Should().Be(8);
        added.Where(a => a.Refusal is not null).Should().OnlyContain(a => a.Refusal!.Code == RefusalCode.Conflict);
        (await AddAsync(room.Id, _bob, new NewMessage { Text = "x" }, Now + Minute)).Refusal.Should().BeNull();
    }

    [SuiteFact]
    public async Task The_list_goes_by_their_times_and_its_pages_meet()
    {
        var (room, other) = (await Node.CreateRoomAsync(_alice), await Node.CreateRoomAsync(_alice));
        var due = Now + Minute;
        foreach (var minutes in new[] { 3, 1, 2, 1, 2 }) await AddAsync(minutes == 3 ? other.Id : room.Id, _alice, new NewMessage { Text = $"{minutes}" }, due.AddMinutes(minutes));
        var listed = new List<ScheduledMessage>();
        ScheduleCursor? after = null;
        while (await Node.Scheduled.ListAsync(_alice, room: null, after, 2, CancellationToken.None) is { Count: > 0 } page)
        {
            listed.AddRange(page);
            after = new ScheduleCursor(page[^1].DueAt, page[^1].Id);
        }

        listed.Select(s => s.Message.Text).Should().Equal("1", "1", "2", "2", "3");
        listed.Select(s => s.Id).Should().OnlyHaveUniqueItems();
        (await Node.Scheduled.ListAsync(_alice, other.Id, after: null, 10, CancellationToken.None)).Select(s => s.Message.Text).Should().Equal("3");
        (await Node.Scheduled.ListAsync(_bob, room.Id, after: null, 10, CancellationToken.None)).Should().BeEmpty();
    }

    [SuiteFact]
    public async Task Ones_own_is_changed_and_taken_back_and_nobody_elses()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var scheduled = (await AddAsync(room.Id, _alice, new NewMessage { Text = "first" }, Now + Minute)).Value.Message;
        var later = Now + TimeSpan.FromDays(2);

        (await ChangeAsync(_alice, scheduled.Id, "second", dueAt: null)).Value.DueAt.Should().Be(scheduled.DueAt);
        (await ChangeAsync(_alice, scheduled.Id, text: null, later)).Value.Message.Text.Should().Be("second");
        (await ChangeAsync(_alice, scheduled.Id, " ", dueAt: null)).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        (await ChangeAsync(_alice, scheduled.Id, text: null, Now)).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        (await ChangeAsync(_bob, scheduled.Id, "bob's", dueAt: null)).Refusal!.Code.Should().Be(RefusalCode.NotFound);
        (await RemoveAsync(_bob, scheduled.Id))!.Code.Should().Be(RefusalCode.NotFound);
        (await Node.Scheduled.FindAsync(_bob, scheduled.Id, CancellationToken.None)).Should().BeNull();
        (await Node.Scheduled.FindAsync(_alice, scheduled.Id, CancellationToken.None)).Should().Match<ScheduledMessage>(s => s.Message.Text == "second" && s.DueAt == later);
        (await Node.QueryAsync<long>("select wake_at from scheduled_messages")).Should().Equal(later.ToUnixTimeMilliseconds());

        (await RemoveAsync(_alice, scheduled.Id)).Should().BeNull();
        (await RemoveAsync(_alice, scheduled.Id))!.Code.Should().Be(RefusalCode.NotFound);
        Node.Bus.Notices.Select(n => n.Event).Should().Equal("scheduled.changed", "scheduled.changed", "scheduled.changed", "scheduled.removed");
    }

    [SuiteFact]
    public async Task Nothing_is_scheduled_that_could_not_be_posted_at_its_time_as_things_stand()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var direct = (await Node.Rooms.OpenDirectAsync(
            new NewRoom(Sample.NewRoom(), RoomKind.Direct, new RoomSettings { MaxMembers = 2 }, [(_alice, MemberRole.Member), (_bob, MemberRole.Member)]), _alice, _bob, CancellationToken.None)).Room;
        var text = new NewMessage { Text = "x" };
        await MuteAsync(room.Id, Now + Minute);

        (await CodeAsync(room.Id, _bob, text, Now + (Minute / 2))).Should().Be(RefusalCode.Muted);
        (await CodeAsync(room.Id, _bob, text, Now + (2 * Minute))).Should().BeNull("the mute is over by then");
        (await CodeAsync(room.Id, UserId.Parse("carol"), text, Now + Minute)).Should().Be(RefusalCode.NotMember);
        (await CodeAsync(RoomId.Parse("nowhere"), _bob, text, Now + Minute)).Should().Be(RefusalCode.NotMember);
        (await CodeAsync(room.Id, _alice, new NewMessage { Text = "x", QuoteId = MessageId.New(Now) }, Now + Minute)).Should().Be(RefusalCode.NotFound);
        (await CodeAsync(room.Id, _alice, new NewMessage { Forward = new ForwardedMessage(room.Id, MessageId.New(Now)) }, Now + Minute)).Should().Be(RefusalCode.NotFound);
        (await CodeAsync(room.Id, _alice, new NewMessage { Type = MessageType.Thread, ThreadRootId = MessageId.New(Now), Text = "x" }, Now + Minute)).Should().Be(RefusalCode.NotFound);
        await Node.Blocks.BlockAsync(_alice, _bob, 10, CancellationToken.None);
        (await CodeAsync(direct.Id, _bob, text, Now + Minute)).Should().Be(RefusalCode.Forbidden);
        await Node.Settings.CloseAsync(room.Id, _alice, _ => null, CancellationToken.None);
        (await CodeAsync(room.Id, _alice, text, Now + Minute)).Should().Be(RefusalCode.Forbidden);
        (await ChangeAsync(_bob, (await Node.Scheduled.ListAsync(_bob, room: null, after: null, 10, CancellationToken.None)).Single().Id, "y", dueAt: null)).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
    }

    [SuiteFact]
    public async Task One_that_is_being_posted_is_nobodys_to_change_nor_to_take_up()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var scheduled = await Node.ScheduleAsync(room.Id, _alice, Now);
        await using var other = await StartNodeAsync();

        var taken = await Task.WhenAll(Node.Scheduled.TakeDueAsync(Minute, 10, CancellationToken.None).AsTask(), other.Scheduled.TakeDueAsync(Minute, 10, CancellationToken.None).AsTask());

        taken.SelectMany(t => t.Messages).Select(s => s.Id).Should().Equal(scheduled.Id);
        (await other.Scheduled.TakeDueAsync(Minute, 10, CancellationToken.None)).Next.Should().BeCloseTo(Now + IScheduledMessageStore.PostingTime, TimeSpan.FromSeconds(25));
        (await ChangeAsync(_alice, scheduled.Id, "too late", Now + Minute)).Refusal!.Code.Should().Be(RefusalCode.Conflict);
        (await RemoveAsync(_alice, scheduled.Id))!.Code.Should().Be(RefusalCode.Conflict);

        (await Node.Scheduled.FailAsync(scheduled, Refusal.NotMember, CancellationToken.None)).Should().BeTrue();
        (await Node.Scheduled.FailAsync(scheduled, Refusal.NotMember, CancellationToken.None)).Should().BeFalse();
        (await ChangeAsync(_alice, scheduled.Id, "in time", Now + Minute)).Value.Failure.Should().BeNull();
        (await Node.Scheduled.FailAsync(scheduled, Refusal.NotMember, CancellationToken.None)).Should().BeFalse("it waits again");
    }

    private ValueTask<Outcome<NewlyScheduled>> AddAsync(RoomId room, UserId user, NewMessage message, DateTimeOffset dueAt) =>
        Node.Schedule.AddAsync(ScriptedMessage.CallerOf(user.Value), room, message, dueAt, CancellationToken.None);

    private async Task<RefusalCode?> CodeAsync(RoomId room, UserId user, NewMessage message, DateTimeOffset dueAt) => (await AddAsync(room, user, message, dueAt)).Refusal?.Code;

    private ValueTask<Outcome<ScheduledMessage>> ChangeAsync(UserId user, ScheduledMessageId id, string? text, DateTimeOffset? dueAt) =>
        Node.Schedule.ChangeAsync(ScriptedMessage.CallerOf(user.Value), id, new ScheduleChange(text, dueAt), CancellationToken.None);

    private ValueTask<Refusal?> RemoveAsync(UserId user, ScheduledMessageId id) => Node.Schedule.RemoveAsync(ScriptedMessage.CallerOf(user.Value), id, CancellationToken.None);

    private async Task MuteAsync(RoomId room, DateTimeOffset until) => (await Node.Members.ChangeAsync(
        room, _alice, _bob, facts => Outcome.Of<IReadOnlyList<Membership>>([facts.Other! with { MutedUntil = until }]), CancellationToken.None)).Refusal.Should().BeNull();
}
