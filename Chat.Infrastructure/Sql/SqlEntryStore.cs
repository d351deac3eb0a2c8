using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Invites that are out, and requests to be let in. <see cref="RoomChanges"/> uses up the ones and notes the others.</summary>
internal sealed class SqlEntryStore(SqlDatabase database, RoomTransactions transactions, TimeProvider time) : IEntryStore
{
    private static readonly Refusal HasNotAsked = Refusal.NotFound("They have not asked to join, or not any more.");

    public async ValueTask<IReadOnlyList<Invite>> ListInvitesAsync(RoomId room, string? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<InviteRow>(
                $"""
                select {InviteRow.Columns} from invites i where i.room_id = @Room and i.code > @After
                and (i.expires_at is null or i.expires_at > @Now) and (i.uses_left is null or i.uses_left > 0) order by i.code limit @Limit
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
            var asked = await log.Transaction.Connection!.ExecuteScalarAsync<long?>(
                "select 1 from join_requests where room_id = @Room and user_id = @User", new { Room = room.Value, User = user.Value }, log.Transaction);
            return asked is null ? HasNotAsked : await log.EnterAsync(facts.Other, user, now);
        },
        cancellationToken);

    public ValueTask<Refusal?> RejectAsync(RoomId room, UserId actor, UserId user, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken) => transactions.RunAsync(
        room, actor, user, admit, (log, _) => MemberRows.ForgetRequestAsync(log.Transaction, room, user), cancellationToken);

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
