using System.Data.Common;
using Chat.Domain.Drafts;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Drafts in SQL. No room is locked to save one: one that is saved in the moment in which its writer leaves may stay behind. It is not seen, because every read looks at the
/// membership, and goes when its writer comes back.
/// </summary>
internal sealed class SqlDraftStore(SqlDatabase database, TimeProvider time) : IDraftStore
{
    private const string IsMember = "select m.room_id from memberships m where m.room_id = @Room and m.user_id = @User and m.left_seq is null";

    public async ValueTask<Outcome<Draft>> SaveAsync(RoomId room, UserId user, string text, CancellationToken cancellationToken)
    {
        var now = Columns.Of(time.GetUtcNow());
        var save = $"insert into drafts (user_id, room_id, body, updated_at) values (@User, @Room, @Body, @Now){database.Dialect.OnConflictUpdate("user_id, room_id", "body", "updated_at")}";
        var saved = await WriteAsync(save, new { User = user.Value, Room = room.Value, Body = text, Now = now }, cancellationToken);
        return saved.TryGet(out _, out var refusal) ? new Draft(room, text, Columns.Time(now)) : refusal;
    }

    public async ValueTask<Outcome<bool>> RemoveAsync(RoomId room, UserId user, CancellationToken cancellationToken)
    {
        var removed = await WriteAsync("delete from drafts where user_id = @User and room_id = @Room", new { User = user.Value, Room = room.Value }, cancellationToken);
        return removed.TryGet(out var rows, out var refusal) ? rows > 0 : refusal;
    }

    public async ValueTask<Outcome<Draft?>> FindAsync(RoomId room, UserId user, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<DraftRow>(
                """
                select m.room_id as RoomId, d.body as Body, d.updated_at as UpdatedAt
                from memberships m left join drafts d on d.room_id = m.room_id and d.user_id = m.user_id
                where m.room_id = @Room and m.user_id = @User and m.left_seq is null
                """,
                new { User = user.Value, Room = room.Value }),
            cancellationToken);
        if (row is null) return Refusal.NotMember;
        return row.Body is null ? null : row.ToDraft();
    }

    public async ValueTask<IReadOnlyList<Draft>> ListAsync(UserId user, DraftCursor? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<DraftRow>(
                """
                select d.room_id as RoomId, d.body as Body, d.updated_at as UpdatedAt
                from drafts d join memberships m on m.room_id = d.room_id and m.user_id = d.user_id and m.left_seq is null
                where d.user_id = @User and (d.updated_at < @At or (d.updated_at = @At and d.room_id > @Room))
                order by d.updated_at desc, d.room_id limit @Limit
                """,
                new { User = user.Value, At = after is { } end ? Columns.Of(end.UpdatedAt) : long.MaxValue, Room = after?.RoomId.Value ?? "", Limit = limit }),
            cancellationToken);
        return [.. rows.Select(row => row.ToDraft())];
    }

    /// <summary>Forgets what somebody whose membership ends has begun to write.</summary>
    public static Task ForgetAsync(DbTransaction transaction, RoomId room, UserId user) => transaction.Connection!.ExecuteAsync(
        "delete from drafts where user_id = @User and room_id = @Room", new { User = user.Value, Room = room.Value }, transaction);

    /// <summary>Runs a statement for who is a member now, and tells how many rows it changed.</summary>
    private async Task<Outcome<int>> WriteAsync(string statement, object facts, CancellationToken cancellationToken) => await database.WriteAsync<Outcome<int>>(
        async transaction =>
        {
            var connection = transaction.Connection!;
            if (await connection.QuerySingleOrDefaultAsync<string>(IsMember, facts, transaction) is null) return Refusal.NotMember;
            return await connection.ExecuteAsync(statement, facts, transaction);
        },
        cancellationToken);

    private sealed class DraftRow
    {
        public string RoomId { get; init; } = "";
        public string? Body { get; init; }
        public long? UpdatedAt { get; init; }

        public Draft ToDraft() => new(Domain.Rooms.RoomId.Parse(RoomId), Body!, Columns.Time(UpdatedAt!.Value));
    }
}
