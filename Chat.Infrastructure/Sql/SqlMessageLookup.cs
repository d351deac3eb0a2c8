using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Single messages, and what is kept beside them, in SQL.</summary>
internal sealed class SqlMessageLookup(SqlDatabase database) : IMessageLookup
{
    public async ValueTask<Message?> FindAsync(RoomId room, MessageId message, CancellationToken cancellationToken) =>
        await database.ReadAsync(connection => MessageRows.FindAsync(connection, room, message), cancellationToken);

    public async ValueTask<IReadOnlyList<Message>> ListPinsAsync(RoomId room, CancellationToken cancellationToken) => await database.ReadAsync(
        connection => MessageRows.ReadAsync(
            connection,
            "join pins p on p.room_id = g.room_id and p.seq = g.seq where p.room_id = @Room order by p.pin_seq desc",
            new { Room = room.Value }),
        cancellationToken);

    public async ValueTask<IReadOnlyList<FormerText>> ListEditsAsync(MessageId message, long after, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<EditRow>(
                "select body as Body, rev as Rev, replaced_at as ReplacedAt from message_edits where message_id = @Id and rev > @After order by rev limit @Limit",
                new { Id = message.ToString(), After = after, Limit = limit }),
            cancellationToken);
        return [.. rows.Select(row => new FormerText(row.Body, row.Rev, Columns.Time(row.ReplacedAt)))];
    }

    public async ValueTask<IReadOnlyDictionary<MessageId, string?>> ReadTextsAsync(
        RoomId room, IReadOnlyCollection<MessageId> messages, long seq, CancellationToken cancellationToken)
    {
        // One statement, so that no edit or deletion comes between the text and those before it.
        var sql = $"""
            select g.id as Id, coalesce((select e.body from message_edits e where e.message_id = g.id and e.rev > @Seq order by e.rev limit 1), g.body) as Body
            from messages g where g.room_id = @Room and g.id {database.Dialect.IsOneOf("@Ids")}
            """;
        var facts = new { Room = room.Value, Seq = seq, Ids = messages.Select(id => id.ToString()).ToArray() };
        var rows = await database.ReadAsync(connection => connection.QueryAsync<TextRow>(sql, facts), cancellationToken);
        return rows.ToDictionary(row => new MessageId(Guid.Parse(row.Id)), row => row.Body);
    }

    public async ValueTask<MessageReaders> ListReadersAsync(Message message, int most, CancellationToken cancellationToken)
    {
        const string readers = "m.room_id = @Room and m.left_seq is null and m.last_read_seq >= @Seq and m.user_id <> @Sender";
        var facts = new { Room = message.RoomId.Value, message.Seq, Sender = message.Sender.Id.Value, Most = most };
        return await database.ReadAsync(
            async connection =>
            {
                var count = await connection.ExecuteScalarAsync<long>($"select count(*) from memberships m where {readers}", facts);
                var members = await connection.QueryAsync<MembershipRow, ProfileRow?, Member>(
                    $"select {MembershipRow.Columns}, {ProfileRow.Columns} from memberships m left join users u on u.id = m.user_id where {readers} order by m.user_id limit @Most",
                    (row, profile) => SqlRoomStore.MemberOf(row.ToMembership(), profile),
                    facts,
                    splitOn: "ProfileId");
                return new MessageReaders(count, [.. members]);
            },
            cancellationToken);
    }

    private sealed class TextRow
    {
        public string Id { get; init; } = "";
        public string? Body { get; init; }
    }

    private sealed class EditRow
    {
        public string Body { get; init; } = "";
        public long Rev { get; init; }
        public long ReplacedAt { get; init; }
    }
}
