using System.Data.Common;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Single messages, found and written within a transaction or outside of one.</summary>
internal static class MessageRows
{
    /// <summary>Messages with their senders, from whatever the rest of the statement says of the table named <c>g</c>.</summary>
    public static async Task<IReadOnlyList<Message>> ReadAsync(DbConnection connection, string rest, object facts, DbTransaction? transaction = null)
    {
        var rows = await connection.QueryAsync<MessageRow, ProfileRow?, Message>(
            $"select {MessageRow.Columns}, {ProfileRow.Columns} from messages g left join users u on u.id = g.sender_id {rest}",
            (row, sender) => row.ToMessage(sender.ToProfile(UserId.Parse(row.SenderId))),
            facts,
            transaction,
            splitOn: "ProfileId");
        return [.. rows];
    }

    public static async Task<Message?> FindAsync(DbConnection connection, RoomId room, MessageId message, DbTransaction? transaction = null) =>
        (await ReadAsync(connection, "where g.id = @Id and g.room_id = @Room", new { Id = message.ToString(), Room = room.Value }, transaction)).SingleOrDefault();
}
