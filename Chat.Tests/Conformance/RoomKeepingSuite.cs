using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Tests.Conformance;

/// <summary>What the ports promise by which a room is kept in order: settings, roles, removals, bans, invites, requests, own views, blocks; on whatever database.</summary>
public abstract class RoomKeepingSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");
    private readonly UserId _carol = UserId.Parse("carol");

    [SuiteFact]
    public async Task Every_setting_is_kept_when_a_room_is_made_and_when_it_is_changed()
    {
        var one = new RoomSettings
        {
            Name = "차",
            Description = "日本茶",
            ImageUrl = "https://example.com/a.png",
            Visibility = RoomVisibility.Public,
            MaxMembers = 7,
            HistoryForNewMembers = HistoryForNewMembers.SinceJoined,
            HistoryForFormerMembers = HistoryForFormerMembers.UntilLeft,
            EditWindow = TimeSpan.FromSeconds(1),
            DeleteWindow = TimeSpan.FromSeconds(2),
            SlowMode = TimeSpan.FromSeconds(3),
            ReadOnly = true,
            JoinApproval = true,
        };
        var other = new RoomSettings { Name = "Tea" };
        var room = await Node.CreateRoomAsync(one, _alice);
        (await FindAsync(room.Id)).Settings.Should().Be(one);

        await SetAsync(room.Id, _ => other);
        (await FindAsync(room.Id)).Settings.Should().Be(other);
        await SetAsync(room.Id, _ => one);

        (await FindAsync(room.Id)).Settings.Should().Be(one);
        (await Node.EventsAsync(room.Id, after: 1)).Select(e => (e.Name, e.Seq)).Should().Equal(("room.updated", 2), ("room.updated", 3));
        (await Node.EventsAsync(room.Id, after: 1)).OfType<RoomUpdated>().Should().OnlyContain(e => e.Room.Settings == one);
    }

    [SuiteFact]
    public async Task What_changes_nothing_and_what_is_refused_takes_no_number()
    {
        var room = await Node.CreateRoomAsync(_alice);

        (await SetAsync(room.Id, settings => settings with { Name = "a room" })).Refusal.Should().BeNull();
        (await SetAsync(room.Id, _ => Refusal.Forbidden("no"))).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        (await SetAsync(Sample.NewRoom(), settings => settings)).Refusal.Should().Be(Refusal.NotMember);

        (await FindAsync(room.Id)).Should().Be(room);
    }

    [SuiteFact]
    public async Task A_room_is_closed_once_and_is_no_public_room_any_more_but_stays_in_its_members_lists()
    {
        var room = await Node.CreateRoomAsync(new RoomSettings { Name = "Tea", Visibility = RoomVisibility.Public }, _alice, _bob);

        var closed = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Node.Settings.CloseAsync(room.Id, _alice, _ => null, CancellationToken.None).AsTask()));

        closed.Should().OnlyContain(c => c.Value.ClosedAt != null);
        (await Node.EventsAsync(room.Id, after: 2)).Should().ContainSingle().Which.Should().BeOfType<RoomClosed>().Which.Room.ClosedAt.Should().NotBeNull();
        (await Node.Rooms.ListPublicAsync("", after: null, 10, CancellationToken.None)).Should().BeEmpty();
        (await Node.Rooms.ListAsync(_bob, default, after: null, 10, CancellationToken.None)).Single().Room.ClosedAt.Should().NotBeNull();
    }

    [SuiteFact]
    public async Task Two_members_who_are_changed_together_have_two_events_of_one_transaction()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var until = Columns(DateTimeOffset.UtcNow.AddHours(1));

        var changed = await Node.Members.ChangeAsync(
            room.Id,
            _alice,
            _bob,
            facts => Outcome.Of<IReadOnlyList<Membership>>([facts.Other! with { Role = MemberRole.Owner, MutedUntil = until }, facts.Actor! with { Role = MemberRole.Moderator }]),
            CancellationToken.None);

        changed.Value.Membership.Should().Match<Membership>(m => m.UserId == _bob && m.Role == MemberRole.Owner && m.MutedUntil == until);
        (await MembershipAsync(room.Id, _bob)).Should().Be(changed.Value.Membership);
        (await MembershipAsync(room.Id, _alice)).Role.Should().Be(MemberRole.Moderator);
        (await Node.EventsAsync(room.Id, after: 2)).Cast<MemberChanged>().Select(e => (e.Seq, e.Member.Membership.UserId)).Should().Equal((3, _bob), (4, _alice));
        (await Node.QueryAsync<long>("select count(*) from outbox where room_id = @Room and first_seq = 3 and last_seq = 4", new { Room = room.Id.Value })).Should().Equal(1);
    }

    [SuiteFact]
    public async Task Who_was_removed_comes_back_and_who_was_banned_does_not_until_it_is_lifted()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob, _carol);
        await Node.Members.RemoveAsync(room.Id, _alice, _bob, ban: false, _ => null, CancellationToken.None);
        await Node.Members.RemoveAsync(room.Id, _alice, _carol, ban: true, _ => null, CancellationToken.None);

        (await Node.EventsAsync(room.Id, after: 3)).Cast<MemberRemoved>().Select(e => e.Member.Membership.UserId).Should().Equal(_bob, _carol);
        (await FindAsync(room.Id)).MemberCount.Should().Be(1);
        (await BannedOnJoinAsync(room.Id, _bob)).Should().BeFalse();
        (await BannedOnJoinAsync(room.Id, _carol)).Should().BeTrue();
        (await Node.Members.ListBansAsync(room.Id, after: null, 10, CancellationToken.None)).Select(b => (b.Profile.Id, b.By)).Should().Equal((_carol, _alice));

        (await Node.Members.LiftBanAsync(room.Id, _alice, _carol, _ => Refusal.Forbidden("no"), CancellationToken.None))!.Code.Should().Be(RefusalCode.Forbidden);
        (await BannedOnJoinAsync(room.Id, _carol)).Should().BeTrue();
        await Node.Members.LiftBanAsync(room.Id, _alice, _carol, _ => null, CancellationToken.None);
        (await BannedOnJoinAsync(room.Id, _carol)).Should().BeFalse();
        (await Node.Members.ListBansAsync(room.Id, after: null, 10, CancellationToken.None)).Should().BeEmpty();
    }

    [SuiteFact]
    public async Task Who_left_can_be_banned_without_an_event_and_twice_is_once()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        await Node.LeaveAsync(room.Id, _bob);

        for (var i = 0; i < 2; i++) (await Node.Members.RemoveAsync(room.Id, _alice, _bob, ban: true, _ => null, CancellationToken.None)).Refusal.Should().BeNull();

        (await FindAsync(room.Id)).Should().Match<Room>(r => r.HeadSeq == 3 && r.MemberCount == 1);
        (await BannedOnJoinAsync(room.Id, _bob)).Should().BeTrue();
    }

    [SuiteFact]
    public async Task A_mute_and_the_own_view_outlast_leaving_and_an_archived_room_comes_back_by_joining()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var until = Columns(DateTimeOffset.UtcNow.AddHours(1));
        await MuteAsync(room.Id, _bob, until);
        await Node.Arrangements.ArrangeAsync(room.Id, _bob, new Arrangement { Favorite = true, Archived = true, Notifications = NotificationLevel.Mentions }, CancellationToken.None);
        await Node.LeaveAsync(room.Id, _bob);

        var joined = (await Node.JoinAsync(room.Id, _bob)).Value;

        joined.Should().Match<Membership>(m => m.MutedUntil == until && m.Favorite && !m.Archived && m.Notifications == NotificationLevel.Mentions);
        (await MembershipAsync(room.Id, _bob)).Should().Be(joined);
    }

    [SuiteFact]
    public async Task An_invite_that_was_taken_back_or_used_up_is_not_listed_and_opens_nothing()
    {
        var (room, other) = (await Node.CreateRoomAsync(_alice), await Node.CreateRoomAsync(_alice));
        var past = DateTimeOffset.UtcNow.AddSeconds(-1);
        foreach (var invite in (Invite[])[new("a", room.Id, _alice, null, null), new("b", room.Id, _alice, null, 1), new("c", room.Id, _alice, past, null), new("d", other.Id, _alice, null, null)])
            await Node.AddInviteAsync(invite);

        (await ListAsync(after: null)).Should().Equal("a", "b");
        (await ListAsync(after: "a")).Should().Equal("b");
        (await Node.JoinAsync(room.Id, _bob, "b")).Refusal.Should().BeNull();
        await Node.Entries.RevokeInviteAsync(room.Id, _alice, "a", _ => null, CancellationToken.None);
        // Another room's code is none of this one's.
        await Node.Entries.RevokeInviteAsync(room.Id, _alice, "d", _ => null, CancellationToken.None);

        (await ListAsync(after: null)).Should().BeEmpty();
        (await Node.JoinAsync(room.Id, _carol, "a")).Refusal.Should().NotBeNull();
        (await Node.JoinAsync(other.Id, _carol, "d")).Refusal.Should().BeNull();

        async Task<IEnumerable<string>> ListAsync(string? after) => (await Node.Entries.ListInvitesAsync(room.Id, after, 10, CancellationToken.None)).Select(i => i.Code);
    }

    [SuiteFact]
    public async Task However_many_make_one_at_once_a_room_has_no_more_than_a_hundred_invites_and_dead_ones_do_not_count_and_go()
    {
        var (room, other) = (await Node.CreateRoomAsync(_alice, _bob), await Node.CreateRoomAsync(_alice));
        var (alice, bob) = (new Caller(_alice, "alice", AvatarUrl: null, Roles: []), new Caller(_bob, "bob", AvatarUrl: null, Roles: []));
        var invite = new InviteToRoom(Node.Entries, TimeProvider.System);
        await Node.AddInviteAsync(new Invite("ended", room.Id, _alice, DateTimeOffset.UtcNow.AddSeconds(-1), UsesLeft: null));
        await Node.AddInviteAsync(new Invite("elsewhere", other.Id, _alice, DateTimeOffset.UtcNow.AddSeconds(-1), UsesLeft: null));
        await Node.AddInviteAsync(new Invite("once", room.Id, _alice, ExpiresAt: null, UsesLeft: 1));
        (await Node.JoinAsync(room.Id, _carol, "once")).Refusal.Should().BeNull();

        var made = await Task.WhenAll(Enumerable.Range(0, Invite.MostInRoom + 5).Select(_ => invite.ExecuteAsync(alice, room.Id, life: null, maxUses: null, CancellationToken.None).AsTask()));

        made.Count(each => each.Refusal is null).Should().Be(Invite.MostInRoom);
        made.Where(each => each.Refusal is not null).Should().OnlyContain(each => each.Refusal!.Code == RefusalCode.Conflict);
        (await Node.QueryAsync<long>("select count(*) from invites where room_id = @Room", new { Room = room.Id.Value })).Should().Equal(Invite.MostInRoom);
        (await Node.QueryAsync<string>("select code from invites where room_id = @Room", new { Room = other.Id.Value })).Should().Equal("elsewhere");
        // One that is taken back makes place, and who may not invite is told that first.
        (await invite.ExecuteAsync(bob, room.Id, life: null, maxUses: null, CancellationToken.None)).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        await Node.Entries.RevokeInviteAsync(room.Id, _alice, made.First(each => each.Refusal is null).Value.Code, _ => null, CancellationToken.None);
        (await invite.ExecuteAsync(alice, room.Id, life: null, maxUses: null, CancellationToken.None)).Refusal.Should().BeNull();
    }

    [SuiteFact]
    public async Task Who_asks_is_noted_once_and_becomes_a_member_when_a_moderator_says_yes()
    {
        var room = await Node.CreateRoomAsync(_alice);
        for (var i = 0; i < 2; i++)
        {
            foreach (var user in (UserId[])[_bob, _carol])
                (await Node.Rooms.JoinAsync(room.Id, user, inviteCode: null, _ => JoinWay.Ask, CancellationToken.None)).Value.Should().Be(new Joining(Listing: null, HasAskedNow: i == 0));
        }
        (await RequestsAsync()).Should().Equal(_bob, _carol);
        (await FindAsync(room.Id)).HeadSeq.Should().Be(1);

        (await Node.Entries.ApproveAsync(room.Id, _alice, _bob, _ => Refusal.Forbidden("no"), CancellationToken.None)).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        var approved = await Node.Entries.ApproveAsync(room.Id, _alice, _bob, _ => null, CancellationToken.None);
        (await Node.Entries.RejectAsync(room.Id, _alice, _carol, _ => Refusal.Forbidden("no"), CancellationToken.None)).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        foreach (var hadAsked in (bool[])[true, false]) (await Node.Entries.RejectAsync(room.Id, _alice, _carol, _ => null, CancellationToken.None)).Value.Should().Be(hadAsked);

        approved.Value.Membership.Should().Match<Membership>(m => m.UserId == _bob && m.JoinedSeq == 2 && m.IsCurrent);
        (await RequestsAsync()).Should().BeEmpty();
        foreach (var user in (UserId[])[_bob, _carol])
            (await Node.Entries.ApproveAsync(room.Id, _alice, user, _ => null, CancellationToken.None)).Refusal!.Code.Should().Be(RefusalCode.NotFound);
        (await FindAsync(room.Id)).Should().Match<Room>(r => r.HeadSeq == 2 && r.MemberCount == 2);

        async Task<IEnumerable<UserId>> RequestsAsync() => (await Node.Entries.ListRequestsAsync(room.Id, after: null, 10, CancellationToken.None)).Select(r => r.Profile.Id);
    }

    [SuiteFact]
    public async Task Those_who_may_let_somebody_in_are_told_once_that_somebody_asks_and_who_is_turned_down_is_told_that()
    {
        UserId[] moderators = [_bob, UserId.Parse("blocker"), UserId.Parse("gone")];
        var room = await Node.CreateRoomAsync(
            new RoomSettings { Name = "x", Visibility = RoomVisibility.Public, JoinApproval = true }, [_alice, .. moderators, UserId.Parse("member")]);
        foreach (var user in moderators)
            await Node.Members.ChangeAsync(room.Id, _alice, user, facts => Outcome.Of<IReadOnlyList<Membership>>([facts.Other! with { Role = MemberRole.Moderator }]), CancellationToken.None);
        await Node.LeaveAsync(room.Id, UserId.Parse("gone"));
        await Node.Blocks.BlockAsync(UserId.Parse("blocker"), _carol, most: 1, CancellationToken.None);
        var requests = new JoinRequests(Node.Entries, Node.Rooms, Node.Bus);
        var (owner, asking) = (CallerOf(_alice), CallerOf(_carol));

        for (var i = 0; i < 2; i++) (await new JoinRoom(Node.Rooms, requests, TimeProvider.System).ExecuteAsync(asking, room.Id, inviteCode: null, CancellationToken.None)).Value.Should().BeNull();
        Node.Bus.Notices.Should().Equal(("alice", Notice.JoinRequested), ("bob", Notice.JoinRequested));
        Node.Bus.Signals.OfType<NoticeSignal>().Should().OnlyContain(signal => signal.Notice.RoomId == room.Id && signal.Notice.User == asking.Profile);
        (await Node.Entries.ListModeratorsAsync(room.Id, _carol, limit: 1, CancellationToken.None)).Should().Equal(_alice);

        (await requests.RejectAsync(CallerOf(UserId.Parse("member")), room.Id, _carol, CancellationToken.None))!.Code.Should().Be(RefusalCode.Forbidden);
        for (var i = 0; i < 2; i++) (await requests.RejectAsync(owner, room.Id, _carol, CancellationToken.None)).Should().BeNull();
        Node.Bus.Notices.Skip(2).Should().Equal(("carol", Notice.JoinRefused));

        static Caller CallerOf(UserId user) => new(user, user.Value, AvatarUrl: null, Roles: []);
    }

    [SuiteFact]
    public async Task Who_is_muted_kicked_or_banned_is_told_so_in_person_and_of_what_changes_nothing_nobody_is()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob, _carol);
        var (alice, until) = (new Caller(_alice, "alice", AvatarUrl: null, Roles: []), Columns(DateTimeOffset.UtcNow.AddHours(1)));
        var (change, remove) = (new ChangeMember(Node.Members, Node.Bus), new RemoveMember(Node.Members, Node.Bus));
        MemberChange[] changes =
        [
            new(Role: null, SetsMute: true, until), new(Role: null, SetsMute: true, until), new(Role: null, SetsMute: true, until.AddHours(1)), new(MemberRole.Moderator, SetsMute: false, MutedUntil: null),
            new(Role: null, SetsMute: true, MutedUntil: null), new(Role: null, SetsMute: true, MutedUntil: null),
        ];

        foreach (var each in changes) (await change.ExecuteAsync(alice, room.Id, _bob, each, CancellationToken.None)).Refusal.Should().BeNull();
        (await remove.ExecuteAsync(alice, room.Id, _bob, ban: false, CancellationToken.None)).Should().BeNull();
        (await remove.ExecuteAsync(alice, room.Id, _bob, ban: true, CancellationToken.None)).Should().BeNull();
        (await remove.ExecuteAsync(alice, room.Id, _carol, ban: true, CancellationToken.None)).Should().BeNull();
        var dave = UserId.Parse("dave");
        var later = await Node.CreateRoomAsync(_alice, dave);
        (await change.ExecuteAsync(alice, later.Id, dave, changes[0], CancellationToken.None)).Refusal.Should().BeNull();
        await Node.ExecuteAsync("update memberships set muted_until = 1 where user_id = 'dave'");
        (await change.ExecuteAsync(alice, later.Id, dave, new MemberChange(MemberRole.Moderator, SetsMute: false, MutedUntil: null), CancellationToken.None)).Refusal.Should().BeNull();
        var stranger = new Caller(UserId.Parse("mallory"), "mallory", AvatarUrl: null, Roles: []);
        (await remove.ExecuteAsync(stranger, room.Id, _alice, ban: false, CancellationToken.None)).Should().Be(Refusal.NotMember);
        (await change.ExecuteAsync(stranger, room.Id, _alice, changes[0], CancellationToken.None)).Refusal.Should().Be(Refusal.NotMember);

        Node.Bus.Notices.Should().Equal(("bob", Notice.Muted), ("bob", Notice.Muted), ("bob", Notice.Unmuted), ("bob", Notice.Kicked), ("bob", Notice.Banned), ("carol", Notice.Banned), ("dave", Notice.Muted));
        Node.Bus.Signals.OfType<NoticeSignal>().Should().OnlyContain(signal => signal.Notice.RoomId == (signal.UserId == dave ? later.Id : room.Id));
        Node.Bus.Signals.OfType<NoticeSignal>().Select(signal => signal.Notice.MutedUntil).Take(3).Should().Equal(until, until.AddHours(1), null);
    }

    [SuiteFact]
    public async Task A_room_is_a_favourite_or_put_away_for_one_member_alone_and_the_list_goes_by_it()
    {
        var rooms = new List<RoomId>();
        for (var i = 0; i < 3; i++) rooms.Add((await Node.CreateRoomAsync(_alice, _bob)).Id);
        var head = (await FindAsync(rooms[0])).HeadSeq;

        (await ArrangeAsync(rooms[0], _bob, new Arrangement { Favorite = true })).Value.Should().BeTrue();
        (await ArrangeAsync(rooms[0], _bob, new Arrangement { Favorite = true })).Value.Should().BeFalse();
        await ArrangeAsync(rooms[1], _bob, new Arrangement { Favorite = true, Archived = true, Notifications = NotificationLevel.None });
        (await ArrangeAsync(rooms[2], _carol, new Arrangement { Favorite = true })).Refusal.Should().Be(Refusal.NotMember);

        (await ListAsync(_bob, new RoomFilter(Favorite: true, Archived: null))).Should().BeEquivalentTo([rooms[0], rooms[1]]);
        (await ListAsync(_bob, new RoomFilter(Favorite: null, Archived: true))).Should().Equal(rooms[1]);
        (await ListAsync(_bob, new RoomFilter(Favorite: null, Archived: false))).Should().BeEquivalentTo([rooms[0], rooms[2]]);
        (await ListAsync(_bob, new RoomFilter(Favorite: true, Archived: false))).Should().Equal(rooms[0]);
        (await ListAsync(_bob, default)).Should().HaveCount(3);
        (await ListAsync(_alice, new RoomFilter(Favorite: true, Archived: null))).Should().BeEmpty();
        (await MembershipAsync(rooms[1], _bob)).Notifications.Should().Be(NotificationLevel.None);
        (await FindAsync(rooms[0])).HeadSeq.Should().Be(head);
        // What is said there does not bring it back.
        await Node.PostAsync(rooms[1], _alice);
        (await ListAsync(_bob, new RoomFilter(Favorite: null, Archived: true))).Should().Equal(rooms[1]);

        Task<Outcome<bool>> ArrangeAsync(RoomId room, UserId user, Arrangement arrangement) => Node.Arrangements.ArrangeAsync(room, user, arrangement, CancellationToken.None).AsTask();
        async Task<IEnumerable<RoomId>> ListAsync(UserId user, RoomFilter filter) =>
            (await Node.Rooms.ListAsync(user, filter, after: null, 10, CancellationToken.None)).Select(l => l.Room.Id);
    }

    [SuiteFact]
    public async Task A_block_bars_from_the_direct_room_that_is_there_and_from_one_that_is_made_later()
    {
        var there = await OpenDirectAsync(_alice, _bob);
        (await PostByTheRulesAsync(there.Id, _bob)).Refusal.Should().BeNull();
        (await PostByTheRulesAsync(there.Id, _bob)).Refusal.Should().BeNull();
        foreach (var user in (UserId[])[_bob, _carol])
        {
            for (var i = 0; i < 2; i++) (await Node.Blocks.BlockAsync(_alice, user, most: 2, CancellationToken.None)).Should().BeNull();
        }
        (await Node.Blocks.BlockAsync(_alice, UserId.Parse("dave"), most: 2, CancellationToken.None))!.Code.Should().Be(RefusalCode.Conflict);
        var later = await OpenDirectAsync(_alice, _carol);

        (await PostByTheRulesAsync(there.Id, _bob)).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        (await PostByTheRulesAsync(later.Id, _carol)).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        (await PostByTheRulesAsync(there.Id, _alice)).Refusal.Should().BeNull();
        (await Node.Blocks.FindBlockersAsync(_bob, [_alice, _carol], CancellationToken.None)).Should().Equal(_alice);
        (await Node.Blocks.ListAsync(_alice, after: null, 10, CancellationToken.None)).Select(b => b.Profile.Id).Should().Equal(_bob, _carol);
        (await Node.Blocks.ListAsync(_alice, _bob, 10, CancellationToken.None)).Select(b => b.Profile.Id).Should().Equal(_carol);

        for (var i = 0; i < 2; i++) await Node.Blocks.UnblockAsync(_alice, _bob, CancellationToken.None);
        (await PostByTheRulesAsync(there.Id, _bob)).Refusal.Should().BeNull();
        (await Node.Blocks.FindBlockersAsync(_bob, [_alice, _carol], CancellationToken.None)).Should().BeEmpty();
    }

    [SuiteFact]
    public async Task Nobody_is_put_into_a_group_by_somebody_whom_they_have_blocked()
    {
        var maker = new Caller(_alice, "alice", AvatarUrl: null, Roles: []);
        var createRoom = new CreateRoom(Node.Rooms, Node.Blocks, TimeProvider.System);
        // More than are asked about at once, the one who minds behind them.
        var many = Enumerable.Range(0, IBlockStore.MostAsked).Select(i => UserId.Parse($"user-{i}")).ToArray();
        await Node.Blocks.BlockAsync(_bob, _alice, most: 1, CancellationToken.None);
        await Node.Blocks.BlockAsync(_alice, _carol, most: 1, CancellationToken.None);

        (await CreateAsync([.. many, _bob])).Refusal.Should().Match<Refusal>(r => r.Code == RefusalCode.Forbidden && !r.Detail.Contains("bob", StringComparison.Ordinal));
        (await Node.QueryAsync<long>("select count(*) from rooms")).Should().Equal(0);
        // Whom one has blocked oneself is another matter.
        (await CreateAsync([_carol])).Value.Room.MemberCount.Should().Be(2);
        await Node.Blocks.UnblockAsync(_bob, _alice, CancellationToken.None);
        (await CreateAsync([_bob])).Value.Room.MemberCount.Should().Be(2);

        async Task<Outcome<RoomListing>> CreateAsync(UserId[] members) =>
            await createRoom.ExecuteAsync(maker, new RoomSettings { Name = "Tea", MaxMembers = 1_000 }, members, CancellationToken.None);
    }

    [SuiteFact]
    public async Task Slow_mode_holds_within_a_group_of_messages_and_from_one_to_the_next_on_every_node()
    {
        var room = await Node.CreateRoomAsync(new RoomSettings { Name = "x", SlowMode = TimeSpan.FromHours(1) }, _alice, _bob, _carol);
        await using var second = await StartNodeAsync();

        var atOnce = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostByTheRulesAsync(room.Id, _bob)));
        for (var i = 0; i < 5; i++) (await PostByTheRulesAsync(room.Id, _alice)).Refusal.Should().BeNull();
        var then = await PostByTheRulesAsync(room.Id, _bob);
        var elsewhere = await PostByTheRulesAsync(room.Id, _bob, node: second);

        atOnce.Count(posted => posted.Refusal is null).Should().Be(1);
        then.Refusal.Should().Match<Refusal>(r => r.Code == RefusalCode.RateLimited && r.RetryAfter > TimeSpan.FromMinutes(59));
        elsewhere.Refusal!.Code.Should().Be(RefusalCode.RateLimited);
        (await PostByTheRulesAsync(room.Id, _carol)).Refusal.Should().BeNull();
        // What the lane knows by now is as true as what it reads.
        (await PostByTheRulesAsync(room.Id, _carol)).Refusal!.Code.Should().Be(RefusalCode.RateLimited);
    }

    [SuiteFact]
    public async Task A_repeat_is_answered_as_the_first_was_whatever_its_sender_may_do_by_now()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var first = (await PostByTheRulesAsync(room.Id, _bob, "id")).Value.Message;
        await MuteAsync(room.Id, _bob, DateTimeOffset.UtcNow.AddHours(1));

        (await PostByTheRulesAsync(room.Id, _bob, "id")).Value.Should().Match<PostedMessage>(p => p.Repeated && p.Message.Id == first.Id);
        (await PostByTheRulesAsync(room.Id, _bob, "other")).Refusal!.Code.Should().Be(RefusalCode.Muted);
        await Node.LeaveAsync(room.Id, _bob);
        (await PostByTheRulesAsync(room.Id, _bob, "id")).Refusal.Should().Be(Refusal.NotMember);
    }

    [SuiteFact]
    public async Task What_a_node_goes_by_when_it_posts_is_never_older_than_the_last_change()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        await using var second = await StartNodeAsync();
        for (var i = 0; i < 4; i++) (await PostByTheRulesAsync(room.Id, _bob)).Refusal.Should().BeNull();

        await second.Settings.ChangeAsync(room.Id, _alice, facts => facts.Room.Settings with { ReadOnly = true }, CancellationToken.None);
        (await PostByTheRulesAsync(room.Id, _bob)).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        await second.Settings.ChangeAsync(room.Id, _alice, facts => facts.Room.Settings with { ReadOnly = false }, CancellationToken.None);
        for (var i = 0; i < 4; i++) (await PostByTheRulesAsync(room.Id, _bob)).Refusal.Should().BeNull();
        await second.Settings.CloseAsync(room.Id, _alice, _ => null, CancellationToken.None);

        (await PostByTheRulesAsync(room.Id, _bob)).Refusal.Should().Be(RoomRights.Closed);
    }

    [SuiteFact]
    public async Task Members_are_found_by_how_their_names_begin()
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { ["u1"] = "Émile", ["u2"] = "alex_1", ["u3"] = "Alexa", ["u4"] = "김철수", ["u5"] = "100%" };
        var users = names.Keys.Append("alvin").Select(UserId.Parse).ToArray();
        foreach (var (id, name) in names) await Node.Users.SaveAsync(new UserProfile(UserId.Parse(id), name, AvatarUrl: null), CancellationToken.None);
        var room = await Node.CreateRoomAsync(users);
        await Node.LeaveAsync(room.Id, UserId.Parse("u3"));

        (await FindAsync("AL")).Should().Equal("alvin", "u2");
        (await FindAsync("alex_")).Should().Equal("u2");
        (await FindAsync("Ém")).Should().Equal("u1");
        (await FindAsync("김")).Should().Equal("u4");
        (await FindAsync("%")).Should().BeEmpty();
        (await Node.Rooms.FindMembersAsync(room.Id, "al", UserId.Parse("alvin"), 10, CancellationToken.None)).Select(m => m.Profile.Id.Value).Should().Equal("u2");

        async Task<IEnumerable<string>> FindAsync(string prefix) =>
            (await Node.Rooms.FindMembersAsync(room.Id, prefix, after: null, 10, CancellationToken.None)).Select(m => m.Profile.Id.Value);
    }

    private async Task<Outcome<PostedMessage>> PostByTheRulesAsync(RoomId room, UserId sender, string? clientId = null, StoreNode? node = null) => await (node ?? Node).Messages.AppendAsync(
        new MessageDraft(
            MessageId.New(TimeProvider.System.GetUtcNow()), room, new UserProfile(sender, sender.Value, AvatarUrl: null), MessageType.Text, "hello", clientId,
            facts => RoomRights.CheckPosting(facts.Room, facts.Membership, facts.Now)),
        CancellationToken.None);

    private ValueTask<Outcome<RoomListing>> SetAsync(RoomId room, Func<RoomSettings, Outcome<RoomSettings>> change) =>
        Node.Settings.ChangeAsync(room, _alice, facts => change(facts.Room.Settings), CancellationToken.None);

    private async Task MuteAsync(RoomId room, UserId user, DateTimeOffset until) => (await Node.Members.ChangeAsync(
        room, _alice, user, facts => Outcome.Of<IReadOnlyList<Membership>>([facts.Other! with { MutedUntil = until }]), CancellationToken.None)).Refusal.Should().BeNull();

    private async Task<bool> BannedOnJoinAsync(RoomId room, UserId user)
    {
        var isBanned = false;
        await Node.Rooms.JoinAsync(
            room,
            user,
            inviteCode: null,
            facts =>
            {
                isBanned = facts.IsBanned;
                return Refusal.Forbidden("only looking");
            },
            CancellationToken.None);
        return isBanned;
    }

    private async Task<Room> OpenDirectAsync(UserId one, UserId other) => (await Node.Rooms.OpenDirectAsync(
        new NewRoom(Sample.NewRoom(), RoomKind.Direct, new RoomSettings { MaxMembers = 2 }, [(one, MemberRole.Member), (other, MemberRole.Member)]), one, other, CancellationToken.None)).Room;

    private async Task<Room> FindAsync(RoomId room) => (await Node.Rooms.FindAsync(room, CancellationToken.None))!;

    private async Task<Membership> MembershipAsync(RoomId room, UserId user) => (await Node.Rooms.FindMembershipAsync(room, user, CancellationToken.None))!;

    /// <summary>As precise as it is kept.</summary>
    private static DateTimeOffset Columns(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
