using System.Data.Common;
using System.Security.Cryptography;
using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>What changes who is in a room. Each method is one transaction under the room's lock, and what happened is announced behind its commit.</summary>
internal sealed class RoomChanges(SqlDatabase database, OutboxRelay relay, NodeId node, TimeProvider time)
{
    /// <summary>96 random bits: no two histories of a room ever have the same mark.</summary>
    private const int EpochCharacters = 24;

    /// <summary>Makes a room whose id is new.</summary>
    public async ValueTask<Room> CreateAsync(NewRoom room, CancellationToken cancellationToken)
    {
        var (made, run) = await database.WriteAsync(transaction => CreateAsync(transaction, room, directKey: null, mayBeThere: false), cancellationToken);
        if (run is not null) relay.Announce(run);
        return made;
    }

    /// <summary>Makes a room; where its direct key, or without one its id, is taken already, that room is the answer.</summary>
    public async ValueTask<(Room Room, bool Created)> OpenAsync(NewRoom room, string? directKey, CancellationToken cancellationToken)
    {
        var (made, run) = await database.WriteAsync(transaction => CreateAsync(transaction, room, directKey, mayBeThere: true), cancellationToken);
        if (run is not null) relay.Announce(run);
        return (made, run is not null);
    }

    public async ValueTask<Outcome<Joining>> JoinAsync(
        RoomId room, UserId user, string? inviteCode, Func<JoinFacts, Outcome<JoinWay>> admit, CancellationToken cancellationToken)
    {
        var (joined, run) = await database.WriteAsync(transaction => JoinAsync(transaction, room, user, inviteCode, admit), cancellationToken);
        if (run is not null) relay.Announce(run);
        return joined;
    }

    public async ValueTask<Outcome<Membership>> LeaveAsync(RoomId room, UserId user, Func<Room, Refusal?> admit, CancellationToken cancellationToken)
    {
        var (left, run) = await database.WriteAsync(transaction => LeaveAsync(transaction, room, user, admit), cancellationToken);
        if (run is not null) relay.Announce(run);
        return left;
    }

    private async Task<(Room Room, CommittedRun? Run)> CreateAsync(DbTransaction transaction, NewRoom draft, string? directKey, bool mayBeThere)
    {
        var now = Columns.Time(Columns.Of(time.GetUtcNow()));
        var room = new Room
        {
            Id = draft.Id,
            Kind = draft.Kind,
            Settings = draft.Settings,
            Epoch = RandomNumberGenerator.GetHexString(EpochCharacters, lowercase: true),
            HeadSeq = 0,
            FirstSeq = 1,
            MessageCount = 0,
            MemberCount = 0,
            CreatedAt = now,
            LastActivityAt = now,
        };
        // Two who open the same room at once: the later insert does nothing, waits for the earlier one's commit, and then finds its room.
        await InsertAsync(transaction, room, directKey, mayBeThere);
        if (mayBeThere && await FindThereAsync(transaction, room.Id, directKey) is { } there && there.Epoch != room.Epoch) return (there, null);

        var log = RoomLog.OfNew(transaction, database.Dialect, room);
        var profiles = await MemberRows.ReadProfilesAsync(transaction, database.Dialect, [.. draft.Members.Select(m => m.User)]);
        var head = draft.Members.Count;
        var memberships = draft.Members.Select((member, index) => new Membership
        {
            RoomId = room.Id,
            UserId = member.User,
            Role = member.Role,
            JoinedAt = now,
            JoinedSeq = index + 1,
            LastReadSeq = head,
            ReadCount = 0,
        }).ToList();
        foreach (var membership in memberships)
            log.Add(new MemberJoined(room.Id, log.NextSeq, now, new Member(membership, profiles[membership.UserId])), members: 1);
        await MemberRows.InsertAsync(transaction, database.Dialect, memberships);
        if (room.Kind is RoomKind.Direct) await BlockMarks.MarkNewAsync(transaction, room.Id, [.. memberships.Select(m => m.UserId.Value)], database.Dialect);
        var run = await log.WriteAsync(node, now);
        return (log.Room, run);
    }

    private async Task<(Outcome<Joining> Joined, CommittedRun? Run)> JoinAsync(
        DbTransaction transaction, RoomId id, UserId user, string? inviteCode, Func<JoinFacts, Outcome<JoinWay>> admit)
    {
        if (await RoomLog.OpenAsync(transaction, database.Dialect, id) is not { } log) return (Refusal.NotFound("There is no such room, or the invite code does not open it."), null);
        var former = await MemberRows.FindMembershipAsync(transaction, id, user);
        if (former is { IsCurrent: true }) return (JoiningOf(former), null);
        var invite = inviteCode is null ? null : await FindInviteAsync(transaction, inviteCode);
        var facts = new JoinFacts(log.Room, former, invite, await IsBannedAsync(transaction, id, user));
        if (!admit(facts).TryGet(out var way, out var refusal)) return (refusal, null);

        var now = Columns.Time(Columns.Of(time.GetUtcNow()));
        if (way is JoinWay.Ask) return (new Joining(Listing: null, await AskAsync(transaction, id, user, now)), null);
        if (invite is { UsesLeft: not null } && facts.IsInviteNeeded)
            await transaction.Connection!.ExecuteAsync("update invites set uses_left = uses_left - 1 where code = @Code", new { invite.Code }, transaction);
        var joined = await log.EnterAsync(former, user, now);
        return (JoiningOf(joined.Membership), await log.WriteAsync(node, now));

        Joining JoiningOf(Membership membership) => new(new RoomListing(log.Room, membership, LastMessage: null, Peer: null), HasAskedNow: false);
    }

    /// <summary>Notes that somebody asks, and tells whether that is new. The room's lock keeps everybody else from noting it meanwhile.</summary>
    private static async Task<bool> AskAsync(DbTransaction transaction, RoomId room, UserId user, DateTimeOffset now)
    {
        if (await MemberRows.HasAskedAsync(transaction, room, user)) return false;
        await transaction.Connection!.ExecuteAsync(
            "insert into join_requests (room_id, user_id, created_at) values (@Room, @User, @Now)", new { Room = room.Value, User = user.Value, Now = Columns.Of(now) }, transaction);
        return true;
    }

    private static async Task<bool> IsBannedAsync(DbTransaction transaction, RoomId room, UserId user) => await transaction.Connection!.ExecuteScalarAsync<long?>(
        "select 1 from bans where room_id = @Room and user_id = @User", new { Room = room.Value, User = user.Value }, transaction) is not null;

    private async Task<(Outcome<Membership> Left, CommittedRun? Run)> LeaveAsync(DbTransaction transaction, RoomId id, UserId user, Func<Room, Refusal?> admit)
    {
        if (await RoomLog.OpenAsync(transaction, database.Dialect, id) is not { } log) return (Refusal.NotMember, null);
        if (await MemberRows.FindMembershipAsync(transaction, id, user) is not { IsCurrent: true } membership) return (Refusal.NotMember, null);
        if (admit(log.Room) is { } refusal) return (refusal, null);

        var now = Columns.Time(Columns.Of(time.GetUtcNow()));
        var left = membership with { LeftSeq = log.NextSeq, Role = MemberRole.Member };
        await MemberRows.UpdateAsync(transaction, left);
        log.Add(new MemberLeft(id, log.NextSeq, now, new Member(left, await log.ReadProfileAsync(user))), members: -1);
        if (membership.Role is MemberRole.Owner) await HandOverAsync(transaction, log, now);
        return (left, await log.WriteAsync(node, now));
    }

    /// <summary>A room is never left without an owner: the moderator of longest standing takes over, or else the member.</summary>
    private static async Task HandOverAsync(DbTransaction transaction, RoomLog log, DateTimeOffset now)
    {
        var heirs = await transaction.Connection!.QueryAsync<MembershipRow>(
            $"""
            select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.left_seq is null
            order by case m.role when 'owner' then 0 when 'moderator' then 1 else 2 end, m.joined_seq limit 1
            """,
            new { Room = log.Room.Id.Value },
            transaction);
        if (heirs.FirstOrDefault()?.ToMembership() is not { Role: not MemberRole.Owner } heir) return;

        // Nobody could lift an owner's mute.
        var owner = heir with { Role = MemberRole.Owner, MutedUntil = null };
        await MemberRows.UpdateAsync(transaction, owner);
        log.Add(new MemberChanged(log.Room.Id, log.NextSeq, now, new Member(owner, await log.ReadProfileAsync(owner.UserId))));
    }

    private async Task InsertAsync(DbTransaction transaction, Room room, string? directKey, bool mayBeThere)
    {
        var values = SettingsColumns.Of(room.Settings);
        values.AddDynamicParams(new { Id = room.Id.Value, Kind = Columns.Of(room.Kind), room.Epoch, Now = Columns.Of(room.CreatedAt), DirectKey = directKey });
        var ignore = mayBeThere ? database.Dialect.OnConflictIgnore(directKey is null ? "id" : "direct_key") : "";
        await transaction.Connection!.ExecuteAsync(
            $"""
            insert into rooms (id, kind, {SettingsColumns.Names}, epoch, head_seq, first_seq, message_count, member_count, created_at, last_activity_at, direct_key)
            values (@Id, @Kind, {SettingsColumns.Parameters}, @Epoch, 0, 1, 0, 0, @Now, @Now, @DirectKey){ignore}
            """,
            values,
            transaction);
    }

    private static async Task<Room?> FindThereAsync(DbTransaction transaction, RoomId id, string? directKey)
    {
        var key = directKey is null ? "r.id = @Id" : "r.direct_key = @Key";
        return (await transaction.Connection!.QuerySingleOrDefaultAsync<RoomRow>(
            $"select {RoomRow.Columns} from rooms r where {key}", new { Id = id.Value, Key = directKey }, transaction))?.ToRoom();
    }

    private static async Task<Invite?> FindInviteAsync(DbTransaction transaction, string code) =>
        (await transaction.Connection!.QuerySingleOrDefaultAsync<InviteRow>($"select {InviteRow.Columns} from invites i where i.code = @Code", new { Code = code }, transaction))?.ToInvite();
}
