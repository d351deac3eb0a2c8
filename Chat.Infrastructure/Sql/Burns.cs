using System.Data.Common;
using Chat.Domain.Rooms;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Starts the time of messages that are burnt after reading: when every other member who was in the room at their making, and still is, has read them.
/// </summary>
internal sealed class Burns(SqlDatabase database, TimeProvider time)
{
    /// <summary>
    /// Those of a range that all have read. Read positions are looked at after the last reader's was committed, so of readers who come at the same moment the last one sees them
    /// all.
    /// </summary>
    private const string ReadByAll = $"{Read} and b.room_id = @Room and b.seq > @After and b.seq <= @To order by b.seq limit @Most";

    /// <summary>The same of a range of ids.</summary>
    private const string ReadByAllOfPage = $"{Read} and b.message_id > @After and b.message_id <= @To";

    private const string Read = """
        select b.message_id as MessageId, b.room_id as RoomId, b.seq as Seq, b.seconds as Seconds
        from burns b join messages g on g.room_id = b.room_id and g.seq = b.seq
        where not exists (
            select 1 from memberships m
            where m.room_id = b.room_id and m.left_seq is null and m.joined_seq < b.seq and m.last_read_seq < b.seq and m.user_id <> g.sender_id)
        """;

    /// <summary>Messages of which one transaction starts the time; the sweep sees to the rest.</summary>
    private const int Most = 100;

    /// <summary>Whether any message of a range waits to be read. One look at a narrow index, which has nothing of most rooms.</summary>
    public static async Task<bool> AnyWaitAsync(DbTransaction transaction, RoomId room, long after, long to) =>
        await transaction.Connection!.QueryFirstOrDefaultAsync<long?>(
            "select seq from burns where room_id = @Room and seq > @After and seq <= @To limit 1", new { Room = room.Value, After = after, To = to }, transaction) is not null;

    /// <summary>Starts the time of those of a range that all have read. To be called behind the commit that may have made it so.</summary>
    public async Task StartAsync(RoomId room, long after, long to, CancellationToken cancellationToken)
    {
        var range = new { Room = room.Value, After = after, To = to, Most };
        var anyRead = await database.ReadAsync(connection => connection.QueryFirstOrDefaultAsync<BurnRow>(ReadByAll, range), cancellationToken) is not null;
        if (anyRead) await database.WriteAsync(transaction => StartAsync(transaction, room, range), cancellationToken);
    }

    /// <summary>Starts the time of those that all have read, of the next few that wait behind <paramref name="after"/> in the order of their ids.</summary>
    /// <returns>The last id that was looked at; empty when there are no more behind it.</returns>
    public async Task<string> StartNextAsync(string after, int most, CancellationToken cancellationToken)
    {
        var (last, read) = await database.ReadAsync(
            async connection =>
            {
                var ids = (await connection.QueryAsync<string>("select message_id from burns where message_id > @After order by message_id limit @Most", new { After = after, Most = most })).ToList();
                var page = new { After = after, To = ids.Count == 0 ? after : ids[^1] };
                return (ids.Count < most ? "" : page.To, (await connection.QueryAsync<BurnRow>(ReadByAllOfPage, page)).ToList());
            },
            cancellationToken);
        foreach (var room in read.GroupBy(row => row.RoomId, StringComparer.Ordinal))
            await StartAsync(RoomId.Parse(room.Key), room.Min(row => row.Seq) - 1, room.Max(row => row.Seq), cancellationToken);
        return last;
    }

    /// <summary>Under the room's lock: whoever edits or deletes the message at this moment writes the same row.</summary>
    private async Task<bool> StartAsync(DbTransaction transaction, RoomId room, object range)
    {
        if (await RoomLog.OpenAsync(transaction, database.Dialect, room) is null) return false;
        foreach (var burn in (await transaction.Connection!.QueryAsync<BurnRow>(ReadByAll, range, transaction)).ToList())
        {
            var facts = new { burn.MessageId, burn.RoomId, burn.Seq, End = Columns.Of(time.GetUtcNow()) + (burn.Seconds * 1000) };
            string[] statements =
            [
                // Unless it ends earlier anyway.
                "update expiries set expires_at = @End where message_id = @MessageId and expires_at > @End",
                "update messages set expires_at = (select x.expires_at from expiries x where x.message_id = @MessageId) where room_id = @RoomId and seq = @Seq",
                "delete from burns where message_id = @MessageId",
            ];
            foreach (var statement in statements) await transaction.Connection!.ExecuteAsync(statement, facts, transaction);
        }
        return true;
    }
}

internal sealed class BurnRow
{
    public string MessageId { get; init; } = "";
    public string RoomId { get; init; } = "";
    public long Seq { get; init; }
    public long Seconds { get; init; }
}
