using Chat.Domain.Drafts;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Tests.Domain;

namespace Chat.Tests.Conformance;

/// <summary>What members have begun to write, on whatever database.</summary>
public abstract class DraftSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");

    private SaveDraft SaveDraft => new(Node.Drafts, Node.Bus);

    [SuiteFact]
    public async Task A_draft_is_its_writers_alone_and_goes_with_the_membership()
    {
        var (room, other) = (await Node.CreateRoomAsync(_alice, _bob), await Node.CreateRoomAsync(_alice, _bob));
        foreach (var (user, text) in new[] { (_alice, "an older one"), (_alice, "안녕 👩‍👩‍👧"), (_bob, "bob's"), (_alice, "안녕 👩‍👩‍👧") }) (await SaveAsync(room.Id, user, text)).Refusal.Should().BeNull();
        await SaveAsync(other.Id, _bob, "elsewhere");

        (await FindAsync(room.Id, _alice)).Value!.Text.Should().Be("안녕 👩‍👩‍👧");
        (await FindAsync(room.Id, _bob)).Value!.Text.Should().Be("bob's");
        (await FindAsync(other.Id, _alice)).Value.Should().BeNull();

        await Node.LeaveAsync(room.Id, _bob);
        await Node.Members.RemoveAsync(other.Id, _alice, _bob, ban: true, _ => null, CancellationToken.None);
        (await FindAsync(room.Id, _bob)).Refusal.Should().Be(Refusal.NotMember);
        (await SaveAsync(room.Id, _bob, "still here")).Refusal.Should().Be(Refusal.NotMember);
        (await SaveDraft.ClearAsync(ScriptedMessage.CallerOf("bob"), room.Id, CancellationToken.None)).Should().Be(Refusal.NotMember);
        (await Node.Drafts.ListAsync(_bob, after: null, 10, CancellationToken.None)).Should().BeEmpty();
        (await Node.QueryAsync<string>("select user_id from drafts")).Should().Equal("alice");

        await Node.JoinAsync(room.Id, _bob);
        (await FindAsync(room.Id, _bob)).Value.Should().BeNull();
    }

    [SuiteFact]
    public async Task One_that_was_saved_in_the_moment_of_leaving_is_not_seen()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        await Node.LeaveAsync(room.Id, _bob);
        await Node.ExecuteAsync("insert into drafts (user_id, room_id, body, updated_at) values ('bob', @Room, 'late', 1)", new { Room = room.Id.Value });

        (await FindAsync(room.Id, _bob)).Refusal.Should().Be(Refusal.NotMember);
        (await Node.Drafts.ListAsync(_bob, after: null, 10, CancellationToken.None)).Should().BeEmpty();

        await Node.JoinAsync(room.Id, _bob);

        (await Node.Drafts.ListAsync(_bob, after: null, 10, CancellationToken.None)).Should().BeEmpty("it went with the membership");
    }

    [SuiteFact]
    public async Task The_list_has_those_saved_last_first_and_its_pages_meet()
    {
        var rooms = new List<Room>();
        for (var i = 0; i < 5; i++)
        {
            rooms.Add(await Node.CreateRoomAsync(_alice));
            await SaveAsync(rooms[i].Id, _alice, $"draft {i}");
            // Two of them in the same millisecond.
            await Node.ExecuteAsync("update drafts set updated_at = @At where room_id = @Room", new { At = 1_000L + (i / 2), Room = rooms[i].Id.Value });
        }
        var listed = new List<Draft>();
        DraftCursor? after = null;
        while (await Node.Drafts.ListAsync(_alice, after, 2, CancellationToken.None) is { Count: > 0 } page)
        {
            listed.AddRange(page);
            after = new DraftCursor(page[^1].UpdatedAt, page[^1].RoomId);
        }

        listed.Select(draft => draft.UpdatedAt.ToUnixTimeMilliseconds()).Should().Equal(1_002, 1_001, 1_001, 1_000, 1_000);
        listed.Select(draft => draft.RoomId).Should().BeEquivalentTo(rooms.Select(room => room.Id));
    }

    [SuiteFact]
    public async Task A_text_that_could_not_be_posted_is_no_draft_and_one_of_blanks_clears_it()
    {
        var room = await Node.CreateRoomAsync(_alice);
        (await SaveAsync(room.Id, _alice, new string('x', MessageText.MaxLength))).Refusal.Should().BeNull();
        (await SaveAsync(room.Id, _alice, new string('x', MessageText.MaxLength + 1))).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        (await FindAsync(room.Id, _alice)).Value!.Text.Should().HaveLength(MessageText.MaxLength);

        for (var i = 0; i < 2; i++) (await SaveAsync(room.Id, _alice, " \n")).Value.Should().BeNull();

        (await FindAsync(room.Id, _alice)).Value.Should().BeNull();
        Node.Bus.Notices.Should().Equal(("alice", "draft.changed"), ("alice", "draft.removed"));
    }

    private ValueTask<Outcome<Draft?>> SaveAsync(RoomId room, UserId user, string text) => SaveDraft.ExecuteAsync(ScriptedMessage.CallerOf(user.Value), room, text, CancellationToken.None);

    private ValueTask<Outcome<Draft?>> FindAsync(RoomId room, UserId user) => Node.Drafts.FindAsync(room, user, CancellationToken.None);
}
