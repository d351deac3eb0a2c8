using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Invites that are out, and requests to be let in. <see cref="RoomChanges"/> uses up the ones and notes the others.</summary>
internal sealed class SqlEntryStore(SqlDatabase database, RoomTransactions transactions, TimeProvider time) : IEntryStore
{
    /// <summary>Of an invite, whether it still opens its room at <c>@Now</c>.</summary>
    private const string IsOpen = "(i.expires_at is null or i.expires_at > @Now) and (i.uses_left is null or i.uses_left > 0)";

    private static readonly Refusal HasNotAsked = Refusal.NotFound("They have not asked to join, or not any more.");

    public async ValueTask<Refusal?> AddInviteAsync(Invite invite, Func<RoomFacts, int, Refusal?> admit, CancellationToken cancellationToken)
    {
        var added = await transactions.RunAsync<bool>(
            invite.RoomId,
            async (log, now) =>
            {
                var connection = log.Transaction.Connection!;
                var key = new { Room = invite.RoomId.Value, Now = Columns.Of(now) };
                var open = await connection.ExecuteScalarAsync<long>($"select count(*) from invites i where i.room_id = @Room and {IsOpen}", key, log.Transaction);
                if (admit(await log.ReadFactsAsync(invite.CreatedBy, other: null, now), (int)open) is { } refusal) return refusal;
                await connection.ExecuteAsync("delete from invites where room_id = @Room and (expires_at <= @Now or uses_left <= 0)", key, log.Transaction);
                await connection.ExecuteAsync(
                    "insert into invites (code, room_id, created_by, created_at, expires_at, uses_left) values (@Code, @Room, @By, @Now, @ExpiresAt, @UsesLeft)",
                    new { invite.Code, key.Room, By = invite.CreatedBy.Value, key.Now, ExpiresAt = Columns.Of(invite.ExpiresAt), UsesLeft = (long?)invite.UsesLeft },
                    log.Transaction);
                return true;
            },
            cancellationToken);
        return added.Refusal;
    }

    public async ValueTask<IReadOnlyList<Invite>> ListInvitesAsync(RoomId room, string? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<InviteRow>(
                $"""
                select {InviteRow.Columns} from invites i where i.room_id = @Room and i.code > @After and {IsOpen} order by i.code limit @Limit
                """,
                new { Room = room.Value, After = after ?? "", Now = Columns.Of(time.GetUtcNow()), Limit = limit }),
            cancellationToken);
        return [.. rows.Select(row => row.ToInvite())];
    }

    public ValueTask<Refusal?> RevokeInviteAsync(RoomId room, UserId actor, string code, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken) => transactions.RunAsync(
        room,
        actor,
        other: null,
        admit,
        (log, _) => log.Transaction.Connection!.ExecuteAsync(
            "delete from invites where room_id = @Room and code = @Code", new { Room = room.Value, Code = code }, log.Transaction),
        cancellationToken);

    public async ValueTask<IReadOnlyList<JoinRequest>> ListRequestsAsync(RoomId room, UserId? after, int limit, CancellationToken cancellationToken)
    {
        var requests = await database.ReadAsync(
            connection => connection.QueryAsync<RequestRow, ProfileRow?, JoinRequest>(
                $"""
                select q.user_id as UserId, q.created_at as CreatedAt, {ProfileRow.Columns}
                from join_requests q left join users u on u.id = q.user_id where q.room_id = @Room and q.user_id > @After order by q.user_id limit @Limit
                """,
                (row, profile) => new JoinRequest(profile.ToProfile(UserId.Parse(row.UserId)), Columns.Time(row.CreatedAt)),
                new { Room = room.Value, After = after?.Value ?? "", Limit = limit },
                splitOn: "ProfileId"),
            cancellationToken);
        return [.. requests];
    }

    public ValueTask<Outcome<Member>> ApproveAsync(
        RoomId room, UserId actor, UserId user, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken) => transactions.RunAsync<Member>(
        room,
        async (log, now) =>
        {
            var facts = await log.ReadFactsAsync(actor, user, now);
            if (admit(facts) is { } refusal) return refusal;
            return await MemberRows.HasAskedAsync(log.Transaction, room, user) ? await log.EnterAsync(facts.Other, user, now) : HasNotAsked;
        },
        cancellationToken);

    public ValueTask<Outcome<bool>> RejectAsync(
        RoomId room, UserId actor, UserId user, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken) => transactions.RunAsync<bool>(
        room,
        async (log, now) =>
        {
            if (admit(await log.ReadFactsAsync(actor, user, now)) is { } refusal) return refusal;
            return await MemberRows.ForgetRequestAsync(log.Transaction, room, user) > 0;
        },
        cancellationToken);

    public async ValueTask<IReadOnlyList<UserId>> ListModeratorsAsync(RoomId room, UserId about, int limit, CancellationToken cancellationToken)
    {
        var ids = await database.ReadAsync(
            connection => connection.QueryAsync<string>(
                """
                select m.user_id from memberships m where m.room_id = @Room and m.left_seq is null and m.role <> 'member'
                and not exists (select 1 from blocks b where b.user_id = m.user_id and b.blocked_id = @About) order by m.user_id limit @Limit
                """,
                new { Room = room.Value, About = about.Value, Limit = limit }),
            cancellationToken);
        return [.. ids.Select(UserId.Parse)];
    }

    private sealed class RequestRow
    {
        public string UserId { get; init; } = "";
        public long CreatedAt { get; init; }
    }
}

internal sealed class InviteRow
{
    /// <summary>The columns of an invite, from the table named <c>i</c>.</summary>
    public const string Columns = "i.code as Code, i.room_id as RoomId, i.created_by as CreatedBy, i.expires_at as ExpiresAt, i.uses_left as UsesLeft";

    public string Code { get; init; } = "";
    public string RoomId { get; init; } = "";
    public string CreatedBy { get; init; } = "";
    public long? ExpiresAt { get; init; }
    public long? UsesLeft { get; init; }

    public Invite ToInvite() => new(Code, Domain.Rooms.RoomId.Parse(RoomId), UserId.Parse(CreatedBy), Sql.Columns.Time(ExpiresAt), (int?)UsesLeft);
}
