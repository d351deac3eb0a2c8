using System.Data.Common;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Mentions in SQL; <see cref="MentionRows"/> says what the table holds. Its rows are written with their message and change with it.</summary>
internal sealed class SqlMentionStore(SqlDatabase database) : IMentionStore
{
    public async ValueTask<IReadOnlyList<UnreadMention>> ListUnreadAsync(UserId user, RoomId? room, CancellationToken cancellationToken) =>
        await database.ReadAsync(connection => ReadAsync(connection, user, room), cancellationToken);

    /// <summary>Two looks into the key, for the member and for all; what a message says to both counts once, and who said it to all is not meant.</summary>
    public static async Task<IReadOnlyList<UnreadMention>> ReadAsync(DbConnection connection, UserId user, RoomId? room)
    {
        var inRoom = room is null ? "" : "and m.room_id = @Room";
        var sql = $"""
            select n.room_id as RoomId, n.seq as Seq from (
                select u.room_id, u.seq, row_number() over (partition by u.room_id order by u.seq desc) as nth from (
                    select x.room_id, x.seq from memberships m join mentions x on x.room_id = m.room_id and x.user_id = @User and x.seq > m.last_read_seq
                    where m.user_id = @User and m.left_seq is null {inRoom}
                    union
                    select x.room_id, x.seq from memberships m join mentions x on x.room_id = m.room_id and x.user_id = '' and x.seq > m.last_read_seq
                    join messages g on g.room_id = x.room_id and g.seq = x.seq and g.sender_id <> @User
                    where m.user_id = @User and m.left_seq is null {inRoom}
                ) u
            ) n where n.nth <= @Most order by n.room_id, n.seq
            """;
        var rows = await connection.QueryAsync<MentionRow>(sql, new { User = user.Value, Room = room?.Value, Most = IMentionStore.MostCounted });
        return [.. rows.Select(row => new UnreadMention(RoomId.Parse(row.RoomId), row.Seq))];
    }

    private sealed class MentionRow
    {
        public string RoomId { get; init; } = "";
        public long Seq { get; init; }
    }
}
