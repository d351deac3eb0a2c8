using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Threads in SQL: a reply is a message like others, and <c>thread_replies</c> lists those of a root. They are written by <see cref="AppendBatch"/>.</summary>
internal sealed class SqlThreadStore(SqlDatabase database) : IThreadStore
{
    /// <summary>Of a thread that is longer, who wrote these last counts as following it.</summary>
    private const int MostLookedAt = 1_000;

    public async ValueTask<IReadOnlyList<Message>> ReadRepliesAsync(RoomId room, MessageId root, long after, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            connection => MessageRows.ReadAsync(
                connection,
                "join thread_replies t on t.room_id = g.room_id and t.seq = g.seq where t.root_id = @Root and t.room_id = @Room and t.seq > @After order by t.seq limit @Limit",
                new { Root = root.ToString(), Room = room.Value, After = after, Limit = limit }),
            cancellationToken);

    public async ValueTask<IReadOnlyList<UserId>> ListFollowersAsync(RoomId room, MessageId root, int most, CancellationToken cancellationToken)
    {
        const string sql = """
            select distinct m.user_id from memberships m
            join (
                select g.sender_id from messages g where g.id = @Root and g.room_id = @Room
                union all
                select w.sender_id from (
                    select g.sender_id from thread_replies t join messages g on g.room_id = t.room_id and g.seq = t.seq where t.root_id = @Root order by t.seq desc limit @MostLookedAt
                ) w
            ) s on s.sender_id = m.user_id
            where m.room_id = @Room and m.left_seq is null limit @Most
            """;
        var users = await database.ReadAsync(
            connection => connection.QueryAsync<string>(sql, new { Root = root.ToString(), Room = room.Value, MostLookedAt, Most = most }), cancellationToken);
        return [.. users.Select(UserId.Parse)];
    }
}
