using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Messages and events in SQL.</summary>
internal sealed class SqlMessageStore(SqlDatabase database, GroupCommit commits, ReadPositions positions) : IMessageStore
{
    public Task<Outcome<PostedMessage>> AppendAsync(MessageDraft draft, CancellationToken cancellationToken) => commits.AppendAsync(draft, cancellationToken);

    public async ValueTask<IReadOnlyList<Message>> ReadAsync(RoomId room, MessageRange range, int limit, CancellationToken cancellationToken)
    {
        var sql = $"""
            select {MessageRow.Columns}, {ProfileRow.Columns} from messages g left join users u on u.id = g.sender_id
            where g.room_id = @Room and g.seq > @After and g.seq < @Before order by g.seq {(range.Newest ? "desc" : "asc")} limit @Limit
            """;
        var facts = new { Room = room.Value, range.After, range.Before, Limit = limit };
        var messages = (await database.ReadAsync(
            connection => connection.QueryAsync<MessageRow, ProfileRow?, Message>(
                sql, (row, sender) => row.ToMessage(sender.ToProfile(UserId.Parse(row.SenderId))), facts, splitOn: "ProfileId"),
            cancellationToken)).ToList();
        if (range.Newest) messages.Reverse();
        return messages;
    }

    public async ValueTask<IReadOnlyList<RoomEvent>> ReadEventsAsync(RoomId room, long after, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(connection => RoomEventReader.ReadAsync(connection, database.Dialect, room, after, long.MaxValue, limit), cancellationToken);

    public ValueTask<Outcome<ReadState>> MarkReadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken) =>
        positions.MarkReadAsync(room, user, seq, cancellationToken);

    public ValueTask<Outcome<ReadState>> MarkUnreadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken) =>
        positions.MarkUnreadAsync(room, user, seq, cancellationToken);
}
