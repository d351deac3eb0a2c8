using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Roles, mutes, removals and bans.</summary>
internal sealed class SqlMemberStore(SqlDatabase database, RoomTransactions transactions) : IMemberStore
{
    public ValueTask<Outcome<Member>> ChangeAsync(
        RoomId room, UserId actor, UserId other, Func<RoomFacts, Outcome<IReadOnlyList<Membership>>> decide, CancellationToken cancellationToken) => transactions.RunAsync<Member>(
        room,
        async (log, now) =>
        {
            var facts = await log.ReadFactsAsync(actor, other, now);
            if (!decide(facts).TryGet(out var changed, out var refusal)) return refusal;
            var answer = new Member(facts.Other!, await log.ReadProfileAsync(other));
            foreach (var membership in changed)
            {
                await MemberRows.UpdateAsync(log.Transaction, membership);
                var member = new Member(membership, await log.ReadProfileAsync(membership.UserId));
                log.Add(new MemberChanged(room, log.NextSeq, now, member));
                if (membership.UserId == other) answer = member;
            }
            return answer;
        },
        cancellationToken);

    public ValueTask<Outcome<Membership>> RemoveAsync(
        RoomId room, UserId actor, UserId other, bool ban, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken) => transactions.RunAsync<Membership>(
        room,
        async (log, now) =>
        {
            var facts = await log.ReadFactsAsync(actor, other, now);
            if (admit(facts) is { } refusal) return refusal;
            if (ban) await BanAsync(log, actor, other, now);
            var removed = facts.Other!;
            if (!removed.IsCurrent) return removed;

            removed = removed with { LeftSeq = log.NextSeq, Role = MemberRole.Member };
            await MemberRows.UpdateAsync(log.Transaction, removed);
            log.Add(new MemberRemoved(room, log.NextSeq, now, new Member(removed, await log.ReadProfileAsync(other))), members: -1);
            return removed;
        },
        cancellationToken);

    public ValueTask<Refusal?> LiftBanAsync(RoomId room, UserId actor, UserId other, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken) => transactions.RunAsync(
        room,
        actor,
        other,
        admit,
        (log, _) => log.Transaction.Connection!.ExecuteAsync(
            "delete from bans where room_id = @Room and user_id = @User", new { Room = room.Value, User = other.Value }, log.Transaction),
        cancellationToken);

    public async ValueTask<IReadOnlyList<Ban>> ListBansAsync(RoomId room, UserId? after, int limit, CancellationToken cancellationToken)
    {
        var bans = await database.ReadAsync(
            connection => connection.QueryAsync<BanRow, ProfileRow?, Ban>(
                $"""
                select b.user_id as UserId, b.banned_by as BannedBy, b.created_at as CreatedAt, {ProfileRow.Columns}
                from bans b left join users u on u.id = b.user_id where b.room_id = @Room and b.user_id > @After order by b.user_id limit @Limit
                """,
                (row, profile) => new Ban(profile.ToProfile(UserId.Parse(row.UserId)), UserId.Parse(row.BannedBy), Columns.Time(row.CreatedAt)),
                new { Room = room.Value, After = after?.Value ?? "", Limit = limit },
                splitOn: "ProfileId"),
            cancellationToken);
        return [.. bans];
    }

    private static async Task BanAsync(RoomLog log, UserId actor, UserId other, DateTimeOffset now)
    {
        var ignore = log.Dialect.OnConflictIgnore("room_id, user_id");
        await log.Transaction.Connection!.ExecuteAsync(
            $"insert into bans (room_id, user_id, banned_by, created_at) values (@Room, @User, @By, @Now){ignore}",
            new { Room = log.Room.Id.Value, User = other.Value, By = actor.Value, Now = Columns.Of(now) },
            log.Transaction);
        await MemberRows.ForgetRequestAsync(log.Transaction, log.Room.Id, other);
    }

    private sealed class BanRow
    {
        public string UserId { get; init; } = "";
        public string BannedBy { get; init; } = "";
        public long CreatedAt { get; init; }
    }
}
