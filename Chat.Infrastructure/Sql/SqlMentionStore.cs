using System.Data.Common;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Mentions in SQL. The table <c>mentions</c> has a row per message and member, or one without a member for all; they are written by <see cref="AppendBatch"/>.</summary>
internal sealed class SqlMentionStore(SqlDatabase database) : IMentionStore
{
    public async ValueTask<IReadOnlyList<UnreadMention>> ListUnreadAsync(UserId user, RoomId? room, CancellationToken cancellationToken) =>
        await database.ReadAsync(connection => ReadAsync(connection, user, room), cancellationToken);

    /// <summary>Two looks into the key, for the member and for all but its own sender; what a message says to both counts once.</summary>
    public static async Task<IReadOnlyList<UnreadMention>> ReadAsync(DbConnection connection, UserId user, RoomId? room)
    {
        var inRoom = room is null ? "" : "and m.room_id = @Room";
        var sql = $"""
            select x.room_id as RoomId, x.seq as Seq from memberships m join mentions x on x.room_id = m.room_id and x.user_id = @User and x.seq > m.last_read_seq
            where m.user_id = @User and m.left_seq is null {inRoom}
            union
            select x.room_id as RoomId, x.seq as Seq from memberships m join mentions x on x.room_id = m.room_id and x.user_id = '' and x.seq > m.last_read_seq
            where m.user_id = @User and m.left_seq is null {inRoom}
            and not exists (select 1 from messages g where g.room_id = x.room_id and g.seq = x.seq and g.sender_id = @User)
            order by RoomId, Seq
            """;
        var rows = await connection.QueryAsync<MentionRow>(sql, new { User = user.Value, Room = room?.Value });
        return [.. rows.GroupBy(row => row.RoomId, StringComparer.Ordinal).SelectMany(of => of.TakeLast(IMentionStore.MostCounted)).Select(row => new UnreadMention(RoomId.Parse(row.RoomId), row.Seq))];
    }

    private sealed class MentionRow
    {
        public string RoomId { get; init; } = "";
        public long Seq { get; init; }
    }
}
