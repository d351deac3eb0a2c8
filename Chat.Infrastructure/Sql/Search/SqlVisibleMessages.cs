using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql.Search;

/// <summary>
/// What somebody may see, judged by the database in the statement that reads it: <see cref="RoomVisibilityRules"/> in SQL. A message that changed after somebody had left
/// is not for them, because what it says now may have been said since.
/// </summary>
internal sealed class SqlVisibleMessages(SqlDatabase database, TimeProvider time) : IVisibleMessages
{
    private const string First = "case r.history_for_new_members when 'sincejoined' then m.joined_seq else 1 end";

    private const string Opens = "(m.left_seq is null or r.history_for_former_members = 'untilleft')";

    public async ValueTask<IReadOnlyList<RoomSpan>> ListRoomsAsync(UserId user, RoomId? only, CancellationToken cancellationToken)
    {
        var sql = $"""
            select m.room_id as RoomId, {First} as First, m.left_seq as Last from memberships m join rooms r on r.id = m.room_id
            where m.user_id = @User and {Opens} {(only is null ? "" : "and m.room_id = @Room")}
            """;
        var rows = await database.ReadAsync(connection => connection.QueryAsync<SpanRow>(sql, new { User = user.Value, Room = only?.Value }), cancellationToken);
        return [.. rows.Select(row => new RoomSpan(RoomId.Parse(row.RoomId), new VisibleSpan(row.First, row.Last ?? long.MaxValue)))];
    }

    public async ValueTask<IReadOnlyList<Message>> ReadAsync(UserId user, IReadOnlyList<MessagePosition> positions, CancellationToken cancellationToken)
    {
        var asked = database.Dialect.Rows("@Positions", new RowColumn("room_id", RowColumnKind.Key), new RowColumn("seq", RowColumnKind.Number));
        var sql = $"""
            select {MessageRow.Columns}, {ProfileRow.Columns} from {asked} {database.Dialect.JoinInOrder} messages g on g.room_id = j.room_id and g.seq = j.seq
            join rooms r on r.id = g.room_id join memberships m on m.room_id = g.room_id and m.user_id = @User left join users u on u.id = g.sender_id
            where {Opens} and g.seq >= {First} and (m.left_seq is null or g.rev <= m.left_seq)
            and g.body is not null and (g.expires_at is null or g.expires_at > @Now)
            order by g.created_at desc, g.room_id desc, g.seq desc
            """;
        var facts = new
        {
            User = user.Value,
            Now = Columns.Of(time.GetUtcNow()),
            Positions = JsonRows.Of(positions, static (writer, position) =>
            {
                writer.WriteStringValue(position.RoomId.Value);
                writer.WriteNumberValue(position.Seq);
            }),
        };
        var messages = await database.ReadAsync(
            connection => connection.QueryAsync<MessageRow, ProfileRow?, Message>(
                sql, (row, sender) => row.ToMessage(sender.ToProfile(UserId.Parse(row.SenderId))), facts, splitOn: "ProfileId"),
            cancellationToken);
        return [.. messages];
    }

    private sealed class SpanRow
    {
        public string RoomId { get; init; } = "";
        public long First { get; init; }
        public long? Last { get; init; }
    }
}
