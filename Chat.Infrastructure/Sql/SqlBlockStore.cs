using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Blocks. What of them a post has to know is in <see cref="BlockMarks"/>.</summary>
internal sealed class SqlBlockStore(SqlDatabase database, BlockMarks marks, TimeProvider time) : IBlockStore
{
    public async ValueTask<Refusal?> BlockAsync(UserId user, UserId blocked, int most, CancellationToken cancellationToken)
    {
        var refusal = await database.WriteAsync<Refusal?>(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var pair = new { User = user.Value, Blocked = blocked.Value, Now = Columns.Of(time.GetUtcNow()) };
                if (await connection.ExecuteScalarAsync<long>("select count(*) from blocks where user_id = @User and blocked_id <> @Blocked", pair, transaction) >= most)
                    return new Refusal(RefusalCode.Conflict, $"At most {most} people can be blocked.");
                var ignore = database.Dialect.OnConflictIgnore("user_id, blocked_id");
                await connection.ExecuteAsync($"insert into blocks (user_id, blocked_id, created_at) values (@User, @Blocked, @Now){ignore}", pair, transaction);
                return null;
            },
            cancellationToken);
        if (refusal is null) await MarkAsync(user, blocked);
        return refusal;
    }

    public async ValueTask UnblockAsync(UserId user, UserId blocked, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                "delete from blocks where user_id = @User and blocked_id = @Blocked", new { User = user.Value, Blocked = blocked.Value }, transaction),
            cancellationToken);
        await MarkAsync(user, blocked);
    }

    public async ValueTask<IReadOnlyList<Block>> ListAsync(UserId user, UserId? after, int limit, CancellationToken cancellationToken)
    {
        var blocks = await database.ReadAsync(
            connection => connection.QueryAsync<BlockRow, ProfileRow?, Block>(
                $"""
                select b.blocked_id as BlockedId, b.created_at as CreatedAt, {ProfileRow.Columns}
                from blocks b left join users u on u.id = b.blocked_id where b.user_id = @User and b.blocked_id > @After order by b.blocked_id limit @Limit
                """,
                (row, profile) => new Block(profile.ToProfile(UserId.Parse(row.BlockedId)), Columns.Time(row.CreatedAt)),
                new { User = user.Value, After = after?.Value ?? "", Limit = limit },
                splitOn: "ProfileId"),
            cancellationToken);
        return [.. blocks];
    }

    public async ValueTask<IReadOnlyList<UserId>> FindBlockersAsync(UserId user, IReadOnlyCollection<UserId> among, CancellationToken cancellationToken)
    {
        var ids = await database.ReadAsync(
            connection => connection.QueryAsync<string>(
                $"select b.user_id from blocks b where b.blocked_id = @User and b.user_id {database.Dialect.IsOneOf("@Among")}",
                new { User = user.Value, Among = among.Select(id => id.Value).ToArray() }),
            cancellationToken);
        return [.. ids.Select(UserId.Parse)];
    }

    /// <summary>Behind the block's own commit, and whoever asked for it need not wait: posting is judged by the mark.</summary>
    private async Task MarkAsync(UserId user, UserId blocked)
    {
        var key = new { Key = DirectKey.Of(user, blocked) };
        var direct = await database.ReadAsync(connection => connection.ExecuteScalarAsync<string?>("select r.id from rooms r where r.direct_key = @Key", key), CancellationToken.None);
        if (direct is not null) await marks.AlignAsync(RoomId.Parse(direct), CancellationToken.None);
    }

    private sealed class BlockRow
    {
        public string BlockedId { get; init; } = "";
        public long CreatedAt { get; init; }
    }
}

/// <summary>By what the direct room of two people is found.</summary>
internal static class DirectKey
{
    public static string Of(UserId one, UserId other)
    {
        string[] pair = [one.Value, other.Value];
        Array.Sort(pair, StringComparer.Ordinal);
        return string.Join('\n', pair);
    }
}
