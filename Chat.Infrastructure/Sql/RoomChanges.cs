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

    public async ValueTask<Outcome<Membership>> JoinAsync(
        RoomId room, UserId user, string? inviteCode, Func<JoinFacts, Refusal?> admit, CancellationToken cancellationToken)
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
        var profiles = await ReadProfilesAsync(transaction, [.. draft.Members.Select(m => m.User)]);
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
        await InsertAsync(transaction, memberships);
        var run = await log.WriteAsync(node, now);
        return (log.Room, run);
    }

    private async Task<(Outcome<Membership> Joined, CommittedRun? Run)> JoinAsync(
        DbTransaction transaction, RoomId id, UserId user, string? inviteCode, Func<JoinFacts, Refusal?> admit)
    {
        if (await RoomLog.OpenAsync(transaction, database.Dialect, id) is not { } log) return (Refusal.NotFound("There is no such room, or the invite code does not open it."), null);
        var former = await FindMembershipAsync(transaction, id, user);
        if (former is { IsCurrent: true }) return (former, null);
        var invite = inviteCode is null ? null : await FindInviteAsync(transaction, inviteCode);
        if (admit(new JoinFacts(log.Room, former, invite)) is { } refusal) return (refusal, null);

        var now = Columns.Time(Columns.Of(time.GetUtcNow()));
        if (invite is { UsesLeft: not null } && log.Room.Settings.Visibility is RoomVisibility.Private)
            await transaction.Connection!.ExecuteAsync("update invites set uses_left = uses_left - 1 where code = @Code", new { invite.Code }, transaction);
        var membership = new Membership
        {
            RoomId = id,
            UserId = user,
            Role = MemberRole.Member,
            JoinedAt = now,
            JoinedSeq = log.NextSeq,
            // What was said before is nothing that the newcomer has missed.
            LastReadSeq = log.NextSeq,
            ReadCount = log.Room.MessageCount,
        };
        await InsertAsync(transaction, [membership]);
        var profiles = await ReadProfilesAsync(transaction, [user]);
        log.Add(new MemberJoined(id, log.NextSeq, now, new Member(membership, profiles[user])), members: 1);
        return (membership, await log.WriteAsync(node, now));
    }

    private async Task<(Outcome<Membership> Left, CommittedRun? Run)> LeaveAsync(DbTransaction transaction, RoomId id, UserId user, Func<Room, Refusal?> admit)
    {
        if (await RoomLog.OpenAsync(transaction, database.Dialect, id) is not { } log) return (Refusal.NotMember, null);
        if (await FindMembershipAsync(transaction, id, user) is not { IsCurrent: true } membership) return (Refusal.NotMember, null);
        if (admit(log.Room) is { } refusal) return (refusal, null);

        var now = Columns.Time(Columns.Of(time.GetUtcNow()));
        var profiles = await ReadProfilesAsync(transaction, [user]);
        var left = membership with { LeftSeq = log.NextSeq, Role = MemberRole.Member };
        await transaction.Connection!.ExecuteAsync(
            "update memberships set left_seq = @Seq, role = @Role where room_id = @Room and user_id = @User",
            new { Seq = log.NextSeq, Role = Columns.Of(left.Role), Room = id.Value, User = user.Value },
            transaction);
        log.Add(new MemberLeft(id, log.NextSeq, now, new Member(left, profiles[user])), members: -1);
        if (membership.Role is MemberRole.Owner) await HandOverAsync(transaction, log, now);
        return (left, await log.WriteAsync(node, now));
    }

    /// <summary>A room is never left without an owner: the moderator of longest standing takes over, or else the member.</summary>
    private async Task HandOverAsync(DbTransaction transaction, RoomLog log, DateTimeOffset now)
    {
        var heirs = await transaction.Connection!.QueryAsync<MembershipRow>(
            $"""
            select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.left_seq is null
            order by case m.role when 'owner' then 0 when 'moderator' then 1 else 2 end, m.joined_seq limit 1
            """,
            new { Room = log.Room.Id.Value },
            transaction);
        if (heirs.FirstOrDefault()?.ToMembership() is not { Role: not MemberRole.Owner } heir) return;

        var owner = heir with { Role = MemberRole.Owner };
        await transaction.Connection!.ExecuteAsync(
            "update memberships set role = @Role where room_id = @Room and user_id = @User",
            new { Role = Columns.Of(owner.Role), Room = log.Room.Id.Value, User = owner.UserId.Value },
            transaction);
        var profiles = await ReadProfilesAsync(transaction, [owner.UserId]);
        log.Add(new MemberChanged(log.Room.Id, log.NextSeq, now, new Member(owner, profiles[owner.UserId])), members: 0);
    }

    private async Task InsertAsync(DbTransaction transaction, Room room, string? directKey, bool mayBeThere)
    {
        var settings = room.Settings;
        var row = new
        {
            Id = room.Id.Value,
            Kind = Columns.Of(room.Kind),
            settings.Name,
            settings.Description,
            settings.ImageUrl,
            Visibility = Columns.Of(settings.Visibility),
            MaxMembers = (long)settings.MaxMembers,
            ForNew = Columns.Of(settings.HistoryForNewMembers),
            ForFormer = Columns.Of(settings.HistoryForFormerMembers),
            room.Epoch,
            Now = Columns.Of(room.CreatedAt),
            DirectKey = directKey,
        };
        var ignore = mayBeThere ? database.Dialect.OnConflictIgnore(directKey is null ? "id" : "direct_key") : "";
        await transaction.Connection!.ExecuteAsync(
            $"""
            insert into rooms (id, kind, name, description, image_url, visibility, max_members, history_for_new_members, history_for_former_members,
                epoch, head_seq, first_seq, message_count, member_count, created_at, last_activity_at, direct_key)
            values (@Id, @Kind, @Name, @Description, @ImageUrl, @Visibility, @MaxMembers, @ForNew, @ForFormer, @Epoch, 0, 1, 0, 0, @Now, @Now, @DirectKey){ignore}
            """,
            row,
            transaction);
    }

    /// <summary>Keeps memberships; one that was there, of somebody who left, is revived.</summary>
    private async Task InsertAsync(DbTransaction transaction, IReadOnlyList<Membership> memberships)
    {
        var revive = database.Dialect.OnConflictUpdate("room_id, user_id", "role", "joined_at", "joined_seq", "last_read_seq", "read_count", "left_seq");
        foreach (var some in memberships.Chunk(500))
        {
            await new SqlText()
                .AddLiteral("insert into memberships (room_id, user_id, role, joined_at, joined_seq, last_read_seq, read_count, left_seq) values ")
                .AddJoined(
                    ", ",
                    some,
                    m => $"({m.RoomId.Value}, {m.UserId.Value}, {Columns.Of(m.Role)}, {Columns.Of(m.JoinedAt)}, {m.JoinedSeq}, {m.LastReadSeq}, {m.ReadCount}, null)")
                .AddLiteral(revive)
                .ExecuteAsync(transaction, CancellationToken.None);
        }
    }

    private static async Task<Room?> FindThereAsync(DbTransaction transaction, RoomId id, string? directKey)
    {
        var key = directKey is null ? "r.id = @Id" : "r.direct_key = @Key";
        return (await transaction.Connection!.QuerySingleOrDefaultAsync<RoomRow>(
            $"select {RoomRow.Columns} from rooms r where {key}", new { Id = id.Value, Key = directKey }, transaction))?.ToRoom();
    }

    private static async Task<Membership?> FindMembershipAsync(DbTransaction transaction, RoomId room, UserId user) =>
        (await transaction.Connection!.QuerySingleOrDefaultAsync<MembershipRow>(
            $"select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.user_id = @User",
            new { Room = room.Value, User = user.Value },
            transaction))?.ToMembership();

    private static async Task<Invite?> FindInviteAsync(DbTransaction transaction, string code)
    {
        var row = await transaction.Connection!.QuerySingleOrDefaultAsync<InviteRow>(
            "select code as Code, room_id as RoomId, created_by as CreatedBy, expires_at as ExpiresAt, uses_left as UsesLeft from invites where code = @Code",
            new { Code = code },
            transaction);
        return row is null ? null : new Invite(
            row.Code, RoomId.Parse(row.RoomId), UserId.Parse(row.CreatedBy), row.ExpiresAt is { } end ? Columns.Time(end) : null, (int?)row.UsesLeft);
    }

    private async Task<Dictionary<UserId, UserProfile>> ReadProfilesAsync(DbTransaction transaction, IReadOnlyList<UserId> users)
    {
        var profiles = new Dictionary<UserId, UserProfile>();
        foreach (var some in users.Chunk(500))
        {
            var rows = await transaction.Connection!.QueryAsync<ProfileRow>(
                $"select {ProfileRow.Columns} from users u where u.id {database.Dialect.IsOneOf("@Ids")}",
                new { Ids = some.Select(id => id.Value).ToArray() },
                transaction);
            var found = rows.ToDictionary(row => row.ProfileId!, StringComparer.Ordinal);
            foreach (var user in some) profiles[user] = found.GetValueOrDefault(user.Value).ToProfile(user);
        }
        return profiles;
    }

    private sealed class InviteRow
    {
        public string Code { get; init; } = "";
        public string RoomId { get; init; } = "";
        public string CreatedBy { get; init; } = "";
        public long? ExpiresAt { get; init; }
        public long? UsesLeft { get; init; }
    }
}
