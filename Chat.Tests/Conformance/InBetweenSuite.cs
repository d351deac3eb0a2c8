using System.Reflection;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Tests.Domain;

namespace Chat.Tests.Conformance;

/// <summary>What is right although something is committed between two steps of one call, on whatever database.</summary>
public abstract class InBetweenSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");

    [SuiteFact]
    public async Task No_event_of_a_replay_shows_its_message_as_it_was_before_it()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var message = (await Node.PostAsync(room.Id, _alice, "first")).Value.Message;

        var replay = await Node.EventsAsync(
            room.Id,
            message.Seq - 1,
            // Behind the first of the two reads that find what happened.
            async before =>
            {
                if (before == 1) await Node.EditMessage.ExecuteAsync(ScriptedMessage.CallerOf("alice"), room.Id, message.Id, "second", CancellationToken.None);
            });

        replay.Should().AllBeAssignableTo<MessageEvent>().And.OnlyContain(e => ((MessageEvent)e).Message.Text == "second");
        replay.Select(e => e.Seq).Should().Equal(message.Seq);
        (await Node.EventsAsync(room.Id, message.Seq)).Should().ContainSingle().Which.Should().Match<MessageEdited>(e => e.Message.Text == "second");
    }

    [SuiteFact]
    public async Task Who_is_removed_behind_their_change_hears_that_it_was_made()
    {
        var room = await Node.CreateRoomAsync(new RoomSettings { Name = "a room", Visibility = RoomVisibility.Public }, _alice, _bob);
        await Node.PostAsync(room.Id, _alice, "hello");
        await Node.ExecuteAsync("update memberships set role = 'moderator' where user_id = 'bob'");

        var changed = await new UpdateRoom(Node.Settings, RemovingFirst(_bob)).ExecuteAsync(
            ScriptedMessage.CallerOf("bob"), room.Id, settings => settings with { Name = "another name" }, CancellationToken.None);
        var joined = await new JoinRoom(RemovingFirst(_bob), new JoinRequests(Node.Entries, Node.Rooms, Node.Bus), TimeProvider.System).ExecuteAsync(ScriptedMessage.CallerOf("bob"), room.Id, inviteCode: null, CancellationToken.None);

        changed.Value.Should().Match<RoomListing>(listing => listing.Room.Settings.Name == "another name" && listing.Membership.Role == MemberRole.Moderator && listing.LastMessage == null);
        // Behind the message came the new name, bob's removal, and bob.
        joined.Value.Should().Match<RoomListing>(listing => listing.Membership.JoinedSeq == 6 && listing.Room.HeadSeq == 6 && listing.Room.MemberCount == 2);
        (await Node.Rooms.FindMembershipAsync(room.Id, _bob, CancellationToken.None))!.LeftSeq.Should().Be(7);
    }

    [SuiteFact]
    public async Task A_block_that_comes_while_the_direct_room_is_made_bars_from_it()
    {
        await BlockWhileRoomIsMadeAsync();

        var (room, created) = await Node.Rooms.OpenDirectAsync(
            new NewRoom(Sample.NewRoom(), RoomKind.Direct, new RoomSettings { MaxMembers = 2 }, [(_bob, MemberRole.Member), (_alice, MemberRole.Member)]), _bob, _alice, CancellationToken.None);

        created.Should().BeTrue();
        (await Node.Rooms.FindMembershipAsync(room.Id, _bob, CancellationToken.None))!.Blocked.Should().BeTrue();
        (await Node.Rooms.FindMembershipAsync(room.Id, _alice, CancellationToken.None))!.Blocked.Should().BeFalse();
        (await Node.EventsAsync(room.Id, after: 2)).Should().ContainSingle().Which.Should().Match<MemberChanged>(e => e.Member.Profile.Id == _bob);
    }

    /// <summary>
    /// Has alice block bob behind the look that the making of a room takes at the blocks, and in the same commit: the last write of that transaction brings the row, as
    /// if another connection had committed it just then, looked for the room, and found none.
    /// </summary>
    private async Task BlockWhileRoomIsMadeAsync()
    {
        const string Row = "into blocks (user_id, blocked_id, created_at) values ('alice', 'bob', 0)";
        await Node.ExecuteAsync(Provider switch
        {
            "sqlite" => $"create trigger block_bob after insert on outbox begin insert or ignore {Row}; end",
            "mysql" => $"create trigger block_bob after insert on outbox for each row insert ignore {Row}",
            _ => $"""
                create function block_bob() returns trigger language plpgsql as $$ begin insert {Row} on conflict do nothing; return null; end $$;
                create trigger block_bob after insert on outbox for each row execute function block_bob()
                """,
        });
    }

    /// <summary>The store of rooms, where somebody loses the membership right before their listing is read.</summary>
    private IRoomStore RemovingFirst(UserId user)
    {
        var rooms = DispatchProxy.Create<IRoomStore, RemovingRooms>();
        ((RemovingRooms)rooms).Begin(Node.Rooms, room => Node.Members.RemoveAsync(room, _alice, user, ban: false, _ => null, CancellationToken.None).AsTask());
        return rooms;
    }

    public class RemovingRooms : DispatchProxy
    {
        private IRoomStore? _rooms;
        private Func<RoomId, Task>? _remove;

        public void Begin(IRoomStore rooms, Func<RoomId, Task> remove) => (_rooms, _remove) = (rooms, remove);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IRoomStore.FindListingAsync)) Task.Run(() => _remove!((RoomId)args![0]!)).GetAwaiter().GetResult();
            return targetMethod.Invoke(_rooms, args);
        }
    }
}
