using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Tests.Domain;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Conformance;

/// <summary>What becomes of requests when the room or who has asked is another by the time of the answer, on whatever database.</summary>
public abstract class JoinRequestSuite(StoreDatabase database) : StoreSuite(database)
{
    private static readonly RoomSettings Settings = new() { Name = "Tea", Visibility = RoomVisibility.Public, JoinApproval = true, MaxMembers = 2 };

    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");
    private readonly UserId _carol = UserId.Parse("carol");

    private JoinRequests Requests => new(Node.Entries, Node.Rooms, Node.Bus);

    [SuiteFact]
    public async Task Nobody_is_let_into_a_full_room_and_the_request_waits_for_a_place()
    {
        var room = (await Node.CreateRoomAsync(Settings, _alice)).Id;
        foreach (var user in (UserId[])[_bob, _carol]) await AskAsync(room, user);
        (await ApproveAsync(room, _bob)).Should().BeNull();

        (await ApproveAsync(room, _carol)).Should().Be(RefusalCode.RoomFull);
        (await ListAsync(room)).Should().Equal(_carol);
        await Node.LeaveAsync(room, _bob);

        (await ApproveAsync(room, _carol)).Should().BeNull();
        (await ListAsync(room)).Should().BeEmpty();
    }

    [SuiteFact]
    public async Task Who_is_banned_has_asked_no_more_also_when_the_ban_is_lifted()
    {
        var room = (await Node.CreateRoomAsync(Settings, _alice, _bob)).Id;
        await Node.LeaveAsync(room, _bob);
        await AskAsync(room, _bob);
        var remove = new RemoveMember(Node.Members, Node.Bus);

        (await remove.ExecuteAsync(ScriptedMessage.CallerOf("alice"), room, _bob, ban: true, CancellationToken.None)).Should().BeNull();
        (await ListAsync(room)).Should().BeEmpty();
        await Node.Members.LiftBanAsync(room, _alice, _bob, _ => null, CancellationToken.None);

        (await ApproveAsync(room, _bob)).Should().Be(RefusalCode.NotFound);
    }

    private async Task AskAsync(RoomId room, UserId user) => (await new JoinRoom(Node.Rooms, Requests, TimeProvider.System)
        .ExecuteAsync(ScriptedMessage.CallerOf(user.Value), room, inviteCode: null, CancellationToken.None)).Value.Should().BeNull("a moderator has to say yes");

    private async Task<RefusalCode?> ApproveAsync(RoomId room, UserId user) => (await Requests.ApproveAsync(ScriptedMessage.CallerOf("alice"), room, user, CancellationToken.None)).Refusal?.Code;

    private async Task<IEnumerable<UserId>> ListAsync(RoomId room) =>
        (await Requests.ListAsync(ScriptedMessage.CallerOf("alice"), room, after: null, 10, CancellationToken.None)).Value.Select(request => request.Profile.Id);
}

public sealed class SqliteJoinRequestTests() : JoinRequestSuite(StoreDatabase.Sqlite);

[Needs(Server.MariaDb)]
public sealed class MySqlJoinRequestTests() : JoinRequestSuite(StoreDatabase.MySql);

[Needs(Server.Postgres)]
public sealed class PostgresJoinRequestTests() : JoinRequestSuite(StoreDatabase.Postgres);
