using System.Data.Common;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Memberships within a transaction that has the room's lock.</summary>
internal static class MemberRows
{
    public static async Task<Membership?> FindMembershipAsync(DbTransaction transaction, RoomId room, UserId user) =>
        (await transaction.Connection!.QuerySingleOrDefaultAsync<MembershipRow>(
            $"select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.user_id = @User",
            new { Room = room.Value, User = user.Value },
            transaction))?.ToMembership();

    /// <summary>What a decision is made on.</summary>
    public static async Task<RoomFacts> ReadFactsAsync(this RoomLog log, UserId actor, UserId? other, DateTimeOffset now) => new(
        log.Room,
        await FindMembershipAsync(log.Transaction, log.Room.Id, actor),
        other is { } whom ? await FindMembershipAsync(log.Transaction, log.Room.Id, whom) : null,
        now);

    public static async Task<UserProfile> ReadProfileAsync(this RoomLog log, UserId user) => (await ReadProfilesAsync(log.Transaction, log.Dialect, [user]))[user];

    public static async Task<Dictionary<UserId, UserProfile>> ReadProfilesAsync(DbTransaction transaction, ISqlDialect dialect, IReadOnlyList<UserId> users)
    {
        var profiles = new Dictionary<UserId, UserProfile>();
        foreach (var some in users.Chunk(500))
        {
            var rows = await transaction.Connection!.QueryAsync<ProfileRow>(
                $"select {ProfileRow.Columns} from users u where u.id {dialect.IsOneOf("@Ids")}", new { Ids = some.Select(id => id.Value).ToArray() }, transaction);
            var found = rows.ToDictionary(row => row.ProfileId!, StringComparer.Ordinal);
            foreach (var user in some) profiles[user] = found.GetValueOrDefault(user.Value).ToProfile(user);
        }
        return profiles;
    }

    /// <summary>Makes somebody a member, with the event; what they had asked for is done with.</summary>
    /// <param name="log">The room.</param>
    /// <param name="former">Their membership that ended, if there was one: its mute and their own view of the room are kept.</param>
    /// <param name="user">Who.</param>
    /// <param name="now">When.</param>
    public static async Task<Member> EnterAsync(this RoomLog log, Membership? former, UserId user, DateTimeOffset now)
    {
        var joined = new Membership
        {
            RoomId = log.Room.Id,
            UserId = user,
            Role = MemberRole.Member,
            JoinedAt = now,
            JoinedSeq = log.NextSeq,
            // What was said before is nothing that the newcomer has missed.
            LastReadSeq = log.NextSeq,
            ReadCount = log.Room.MessageCount,
            MutedUntil = former?.MutedUntil,
            LastPostedAt = former?.LastPostedAt,
            Favorite = former?.Favorite ?? false,
            Notifications = former?.Notifications ?? NotificationLevel.All,
        };
        await InsertAsync(log.Transaction, log.Dialect, [joined]);
        await ForgetRequestAsync(log.Transaction, log.Room.Id, user);
        // One that was saved in the moment of leaving went with that membership.
        if (former is not null) await SqlDraftStore.ForgetAsync(log.Transaction, log.Room.Id, user);
        var member = new Member(joined, await log.ReadProfileAsync(user));
        log.Add(new MemberJoined(log.Room.Id, log.NextSeq, now, member), members: 1);
        return member;
    }

    /// <summary>Keeps memberships; one that was there, of somebody who left, is revived.</summary>
    public static async Task InsertAsync(DbTransaction transaction, ISqlDialect dialect, IReadOnlyList<Membership> memberships)
    {
        var revive = dialect.OnConflictUpdate("room_id, user_id", "role", "joined_at", "joined_seq", "last_read_seq", "read_count", "left_seq", "archived");
        foreach (var some in memberships.Chunk(500))
        {
            await new SqlText()
                .AddLiteral("insert into memberships (room_id, user_id, role, joined_at, joined_seq, last_read_seq, read_count, left_seq, archived) values ")
                .AddJoined(
                    ", ",
                    some,
                    m => $"({m.RoomId.Value}, {m.UserId.Value}, {Columns.Of(m.Role)}, {Columns.Of(m.JoinedAt)}, {m.JoinedSeq}, {m.LastReadSeq}, {m.ReadCount}, null, 0)")
                .AddLiteral(revive)
                .ExecuteAsync(transaction, CancellationToken.None);
        }
    }

    /// <summary>Keeps what others may change about a membership: the role, the mute, and its end, with which the draft goes.</summary>
    public static async Task UpdateAsync(DbTransaction transaction, Membership membership)
    {
        await transaction.Connection!.ExecuteAsync(
            "update memberships set role = @Role, muted_until = @MutedUntil, left_seq = @LeftSeq where room_id = @Room and user_id = @User",
            new
            {
                Role = Columns.Of(membership.Role),
                MutedUntil = membership.MutedUntil is { } until ? Columns.Of(until) : (long?)null,
                membership.LeftSeq,
                Room = membership.RoomId.Value,
                User = membership.UserId.Value,
            },
            transaction);
        if (!membership.IsCurrent) await SqlDraftStore.ForgetAsync(transaction, membership.RoomId, membership.UserId);
    }

    public static async Task<bool> HasAskedAsync(DbTransaction transaction, RoomId room, UserId user) => await transaction.Connection!.ExecuteScalarAsync<long?>(
        "select 1 from join_requests where room_id = @Room and user_id = @User", new { Room = room.Value, User = user.Value }, transaction) is not null;

    /// <summary>Tells how many requests that were: one or none.</summary>
    public static Task<int> ForgetRequestAsync(DbTransaction transaction, RoomId room, UserId user) => transaction.Connection!.ExecuteAsync(
        "delete from join_requests where room_id = @Room and user_id = @User", new { Room = room.Value, User = user.Value }, transaction);
}
