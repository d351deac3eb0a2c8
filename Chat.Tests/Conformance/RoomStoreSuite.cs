using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Tests.Conformance;

/// <summary>What <see cref="IRoomStore"/> and <see cref="IUserStore"/> promise, on whatever database.</summary>
public abstract class RoomStoreSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");

    [SuiteFact]
    public async Task A_room_comes_back_as_it_was_made()
    {
        var settings = new RoomSettings
        {
            Name = "차 한 잔 ☕",
            Description = "日本茶",
            ImageUrl = "https://example.com/a.png",
            Visibility = RoomVisibility.Public,
            MaxMembers = 7,
            HistoryForNewMembers = HistoryForNewMembers.SinceJoined,
            HistoryForFormerMembers = HistoryForFormerMembers.UntilLeft,
        };

        var room = await Node.CreateRoomAsync(settings, _alice, _bob);

        (await Node.Rooms.FindAsync(room.Id, CancellationToken.None)).Should().Be(room);
        room.Should().Match<Room>(r => r.HeadSeq == 2 && r.MemberCount == 2 && r.MessageCount == 0 && r.FirstSeq == 1 && r.Settings == settings && r.Epoch.Length > 0);
        (await Node.CreateRoomAsync(_alice)).Epoch.Should().NotBe(room.Epoch);
    }

    [SuiteFact]
    public async Task User_ids_differ_by_letter_case_and_accents()
    {
        var (upper, lower, accent) = (UserId.Parse("Zoe"), UserId.Parse("zoe"), UserId.Parse("zoé"));
        var room = await Node.CreateRoomAsync(upper, lower, accent);

        (await Node.Rooms.ListMembersAsync(room.Id, after: null, 10, CancellationToken.None)).Select(m => m.Membership.UserId).Should().BeEquivalentTo([upper, lower, accent]);
        await Node.LeaveAsync(room.Id, upper);
        (await Node.Rooms.FindMembershipAsync(room.Id, lower, CancellationToken.None))!.IsCurrent.Should().BeTrue();
    }

    [SuiteFact]
    public async Task A_pair_has_one_direct_room_whoever_opens_it_and_however_many_at_once()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var (one, other) = i % 2 == 0 ? (_alice, _bob) : (_bob, _alice);
            var draft = new NewRoom(Sample.NewRoom(), RoomKind.Direct, new RoomSettings { MaxMembers = 2 }, [(one, MemberRole.Member), (other, MemberRole.Member)]);
            return await Node.Rooms.OpenDirectAsync(draft, one, other, CancellationToken.None);
        }));

        opened.Select(o => o.Room.Id).Distinct().Should().ContainSingle();
        opened.Count(o => o.Created).Should().Be(1);
        var listing = await Node.ListingAsync(opened[0].Room.Id, _alice);
        listing.Peer!.Id.Should().Be(_bob);
    }

    [SuiteFact]
    public async Task A_room_whose_id_is_given_is_made_once_however_many_open_it_at_once()
    {
        var id = RoomId.Parse($"lobby-{Guid.NewGuid():N}");
        var visitors = Enumerable.Range(0, 20).Select(i => UserId.Parse($"visitor-{i}")).ToList();

        var opened = await Task.WhenAll(visitors.Select(visitor => Node.Rooms.OpenAsync(
            new NewRoom(id, RoomKind.Group, new RoomSettings { Name = "Lobby" }, [(visitor, MemberRole.Member)]), CancellationToken.None).AsTask()));

        opened.Should().OnlyContain(o => o.Room.Id == id).And.ContainSingle(o => o.Created);
        opened.Select(o => o.Room.Epoch).Distinct().Should().ContainSingle();
        // Whoever found it made has not become a member by that.
        (await Node.Rooms.ListMembersAsync(id, after: null, 50, CancellationToken.None)).Should().ContainSingle();
        (await Node.Rooms.FindAsync(id, CancellationToken.None)).Should().Match<Room>(r => r.HeadSeq == 1 && r.MemberCount == 1);
    }

    [SuiteFact]
    public async Task The_room_list_is_newest_first_and_its_pages_meet()
    {
        var rooms = new List<RoomId>();
        for (var i = 0; i < 5; i++) rooms.Add((await Node.CreateRoomAsync(_alice, _bob)).Id);
        // Of rooms of one moment the one with the lower id is first; ids of one millisecond have no order of their own.
        rooms.Sort((one, other) => string.CompareOrdinal(one.Value, other.Value));
        // One millisecond is the measure of activity: the order is fixed by hand.
        for (var i = 0; i < 5; i++) await Node.ExecuteAsync("update rooms set last_activity_at = @At where id = @Id", new { At = 1000 + (i / 2), Id = rooms[i].Value });
        await Node.LeaveAsync(rooms[1], _bob);

        var listed = new List<RoomId>();
        RoomCursor? cursor = null;
        while (true)
        {
            var page = await Node.Rooms.ListAsync(_bob, default, cursor, 2, CancellationToken.None);
            listed.AddRange(page.Select(l => l.Room.Id));
            if (page.Count < 2) break;
            cursor = new RoomCursor(page[^1].Room.LastActivityAt, page[^1].Room.Id);
        }

        listed.Should().Equal(rooms[4], rooms[2], rooms[3], rooms[0]);
    }

    [SuiteFact]
    public async Task The_room_list_has_the_newest_message_that_the_reader_may_see()
    {
        var open = await Node.CreateRoomAsync(_alice);
        var closed = await Node.CreateRoomAsync(new RoomSettings { Name = "x", HistoryForNewMembers = HistoryForNewMembers.SinceJoined }, _alice);
        await Node.Users.SaveAsync(new UserProfile(_alice, "Alice A.", "https://example.com/alice.png"), CancellationToken.None);
        foreach (var room in (Room[])[open, closed])
        {
            await Node.PostAsync(room.Id, _alice, "old");
            await Node.PostAsync(room.Id, _alice, "new");
            await Node.JoinAsync(room.Id, _bob);
        }

        var seen = await Node.ListingAsync(open.Id, _bob);
        seen.LastMessage!.Text.Should().Be("new");
        seen.LastMessage.Sender.Should().Be(new UserProfile(_alice, "Alice A.", "https://example.com/alice.png"));
        seen.UnreadCount.Should().Be(0);
        (await Node.ListingAsync(closed.Id, _bob)).LastMessage.Should().BeNull();
    }

    [SuiteFact]
    public async Task Public_rooms_are_found_by_any_part_of_their_name_and_listed_by_name()
    {
        foreach (var name in (string[])["Zebra 100%", "apple_pie", "Apple tart", "사과", "APPLE", "École Чай"])
            await Node.CreateRoomAsync(new RoomSettings { Name = name, Visibility = RoomVisibility.Public }, _alice);
        await Node.CreateRoomAsync(new RoomSettings { Name = "apple, private" }, _alice);

        (await FindAsync("apple")).Should().Equal("APPLE", "Apple tart", "apple_pie");
        (await FindAsync("%")).Should().Equal("Zebra 100%");
        (await FindAsync("_")).Should().Equal("apple_pie");
        (await FindAsync("과")).Should().Equal("사과");
        (await FindAsync("!")).Should().BeEmpty();
        (await FindAsync("École Чай")).Should().Equal("École Чай");
        (await FindAsync("école ЧАЙ")).Should().Equal("École Чай");
        (await FindAsync("")).Should().HaveCount(6).And.OnlyHaveUniqueItems();

        async Task<IReadOnlyList<string?>> FindAsync(string text)
        {
            var found = new List<Room>();
            PublicRoomCursor? cursor = null;
            while (true)
            {
                var page = await Node.Rooms.ListPublicAsync(text, cursor, 2, CancellationToken.None);
                found.AddRange(page);
                if (page.Count < 2) return [.. found.Select(r => r.Settings.Name)];
                cursor = new PublicRoomCursor(page[^1].Settings.Name!, page[^1].Id);
            }
        }
    }

    [SuiteFact]
    public async Task Who_joins_left_and_joins_again_is_one_member_with_a_number_for_each_step()
    {
        var room = await Node.CreateRoomAsync(_alice);

        (await Node.JoinAsync(room.Id, _bob)).Value.JoinedSeq.Should().Be(2);
        (await Node.JoinAsync(room.Id, _bob)).Value.JoinedSeq.Should().Be(2);
        (await Node.LeaveAsync(room.Id, _bob)).Value.LeftSeq.Should().Be(3);
        (await Node.LeaveAsync(room.Id, _bob)).Refusal.Should().Be(Refusal.NotMember);
        (await Node.Rooms.FindMembershipAsync(room.Id, _bob, CancellationToken.None))!.IsCurrent.Should().BeFalse();
        (await Node.Rooms.FindListingAsync(room.Id, _bob, CancellationToken.None)).Should().BeNull();
        (await Node.JoinAsync(room.Id, _bob)).Value.Should().Match<Membership>(m => m.JoinedSeq == 4 && m.LeftSeq == null);

        (await Node.Rooms.FindAsync(room.Id, CancellationToken.None))!.MemberCount.Should().Be(2);
        (await Node.JoinAsync(Sample.NewRoom(), _bob)).Refusal!.Code.Should().Be(RefusalCode.NotFound);
    }

    [SuiteFact]
    public async Task An_invite_is_used_up_by_exactly_as_many_as_it_is_for()
    {
        var room = await Node.CreateRoomAsync(_alice);
        await Node.AddInviteAsync(new Invite("code", room.Id, _alice, ExpiresAt: null, UsesLeft: 3));

        var joined = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Node.JoinAsync(room.Id, UserId.Parse($"guest-{i}"), "code")));

        joined.Count(j => j.Refusal is null).Should().Be(3);
        (await Node.Rooms.FindAsync(room.Id, CancellationToken.None))!.MemberCount.Should().Be(4);
    }

    [SuiteFact]
    public async Task An_invite_that_ended_or_is_of_another_room_opens_nothing()
    {
        var (room, other) = (await Node.CreateRoomAsync(_alice), await Node.CreateRoomAsync(_alice));
        await Node.AddInviteAsync(new Invite("ended", room.Id, _alice, TimeProvider.System.GetUtcNow().AddSeconds(-1), UsesLeft: null));
        await Node.AddInviteAsync(new Invite("other", other.Id, _alice, ExpiresAt: null, UsesLeft: null));

        foreach (var code in (string[])["ended", "other", "OTHER", "none"]) (await Node.JoinAsync(room.Id, _bob, code)).Refusal.Should().NotBeNull();
        (await Node.JoinAsync(other.Id, _bob, "other")).Refusal.Should().BeNull();
    }

    [SuiteFact]
    public async Task When_the_last_owner_leaves_the_member_of_longest_standing_owns_the_room()
    {
        var room = await Node.CreateRoomAsync(_alice);
        var carol = UserId.Parse("carol");
        await Node.JoinAsync(room.Id, carol);
        await Node.JoinAsync(room.Id, _bob);

        await Node.LeaveAsync(room.Id, _alice);

        (await Node.Rooms.FindMembershipAsync(room.Id, carol, CancellationToken.None))!.Role.Should().Be(MemberRole.Owner);
        (await Node.Rooms.FindMembershipAsync(room.Id, _bob, CancellationToken.None))!.Role.Should().Be(MemberRole.Member);
        (await Node.Rooms.ListMembersAsync(room.Id, UserId.Parse("bob"), 10, CancellationToken.None)).Select(m => m.Membership.UserId).Should().Equal(carol);
    }

    [SuiteFact]
    public async Task Heads_and_read_states_tell_where_everything_stands()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        await Node.PostAsync(room.Id, _alice);

        (await Node.Rooms.ReadHeadsAsync([room.Id, Sample.NewRoom()], CancellationToken.None)).Should().Equal(new RoomHead(room.Id, room.Epoch, 1, 3));
        (await Node.Rooms.ListReadStatesAsync(_bob, CancellationToken.None)).Should().Equal(new ReadState(room.Id, 3, 1, 2, 0));
    }

    [SuiteFact]
    public async Task A_profile_is_kept_in_place_of_the_one_before()
    {
        await Node.Users.SaveAsync(new UserProfile(_alice, "Alice", AvatarUrl: null), CancellationToken.None);
        await Node.Users.SaveAsync(new UserProfile(_alice, "앨리스 👩", "https://example.com/a.png"), CancellationToken.None);
        await Node.Users.SaveAsync(new UserProfile(_alice, "앨리스 👩", "https://example.com/a.png"), CancellationToken.None);

        var profiles = await Node.Users.FindAsync([_alice, _bob], CancellationToken.None);

        profiles.Should().BeEquivalentTo([new UserProfile(_alice, "앨리스 👩", "https://example.com/a.png"), new UserProfile(_bob, "bob", AvatarUrl: null)]);
    }

    [SuiteFact]
    public async Task Many_profiles_kept_at_once_are_each_kept()
    {
        var users = Enumerable.Range(0, 300).Select(i => UserId.Parse($"crowd-{i:000}")).ToList();

        await Task.WhenAll(users.Select(user => Node.Users.SaveAsync(new UserProfile(user, $"name of {user}", AvatarUrl: null), CancellationToken.None).AsTask()));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Node.Users.SaveAsync(new UserProfile(users[0], "twice", AvatarUrl: null), CancellationToken.None).AsTask()));

        var profiles = await Node.Users.FindAsync(users, CancellationToken.None);
        profiles.Should().BeEquivalentTo(users.Select(user => new UserProfile(user, user == users[0] ? "twice" : $"name of {user}", AvatarUrl: null)));
    }

    [SuiteFact]
    public async Task Many_who_come_at_once_each_find_their_own_place_in_their_own_room()
    {
        var (one, other, nowhere) = (await Node.CreateRoomAsync(_alice, _bob), await Node.CreateRoomAsync(_bob), Sample.NewRoom());
        await Node.LeaveAsync(one.Id, _bob);
        (RoomId Room, UserId User)[] asked = [(one.Id, _alice), (one.Id, _bob), (other.Id, _alice), (other.Id, _bob), (nowhere, _alice)];

        var found = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Node.Rooms.FindForAsync(asked[i % 5].Room, asked[i % 5].User, CancellationToken.None).AsTask()));

        for (var i = 0; i < found.Length; i++)
        {
            found[i].Room.Should().Be(await Node.Rooms.FindAsync(asked[i % 5].Room, CancellationToken.None));
            found[i].Membership.Should().Be(await Node.Rooms.FindMembershipAsync(asked[i % 5].Room, asked[i % 5].User, CancellationToken.None));
        }
        found[1].Membership!.IsCurrent.Should().BeFalse();
    }

    [SuiteFact]
    public async Task Who_was_removed_is_found_to_be_so_at_once()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        (await Node.Rooms.FindForAsync(room.Id, _bob, CancellationToken.None)).Membership!.IsCurrent.Should().BeTrue();

        await Node.LeaveAsync(room.Id, _bob);

        (await Node.Rooms.FindForAsync(room.Id, _bob, CancellationToken.None)).Membership!.IsCurrent.Should().BeFalse();
    }
}
