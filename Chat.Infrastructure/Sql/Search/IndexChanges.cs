using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql.Search;

/// <summary>How far each room's events are in the index, and what the next of them changed.</summary>
internal sealed class IndexChanges(SqlDatabase database)
{
    private static readonly RowColumn RoomKey = new("room_id", RowColumnKind.Key);

    private const string Found =
        "g.room_id as RoomId, g.seq as Seq, g.rev as Rev, g.created_at as CreatedAt, g.sender_id as SenderId, g.type as Type, g.body as Body";

    /// <summary>What is to be indexed next of these rooms: at most <paramref name="most"/> events of all.</summary>
    public async Task<IReadOnlyList<IndexStep>> NextStepsAsync(IReadOnlyList<RoomId> rooms, int most, CancellationToken cancellationToken)
    {
        var standing = await ReadStandingAsync(rooms, cancellationToken);
        if (standing.Any(row => row.IndexedSeq is null)) await BeginAsync(standing.Where(row => row.IndexedSeq is null), cancellationToken);
        List<StandingRow> behind = [.. standing.Where(row => row.HeadSeq > (row.IndexedSeq ?? 0))];
        var share = Math.Max(1, most / Math.Max(1, behind.Count));
        return [.. behind.Select(row => new IndexStep(RoomId.Parse(row.RoomId), row.IndexedSeq ?? 0, Math.Min(row.HeadSeq, (row.IndexedSeq ?? 0) + share), row.HeadSeq))];
    }

    /// <summary>The messages that the steps' events made or changed, as they are now, each once.</summary>
    public async Task<IReadOnlyList<IndexedMessage>> ReadAsync(IReadOnlyList<IndexStep> steps, CancellationToken cancellationToken)
    {
        var dialect = database.Dialect;
        var spans = dialect.Rows("@Steps", RoomKey, new RowColumn("after_seq", RowColumnKind.Number), new RowColumn("last_seq", RowColumnKind.Number));
        var sql = $"""
            select {Found} from {spans} {dialect.JoinInOrder} messages g on g.room_id = j.room_id and g.seq > j.after_seq and g.seq <= j.last_seq
            union all
            select {Found} from {spans} {dialect.JoinInOrder} room_events e on e.room_id = j.room_id and e.seq > j.after_seq and e.seq <= j.last_seq
            {dialect.JoinInOrder} messages g on g.id = e.subject_id where e.event in ('{MessageEdited.EventName}', '{MessageDeleted.EventName}', '{MessageExpired.EventName}')
            """;
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<ChangedRow>(sql, new { Steps = JsonRows.Of(steps, static (writer, step) => step.Write(writer)) }), cancellationToken);
        return [.. rows.GroupBy(row => (row.RoomId, row.Seq)).Select(same => same.MaxBy(row => row.Rev)!.ToMessage())];
    }

    /// <summary>Notes how far the index is now. Never goes back.</summary>
    public Task FinishAsync(IReadOnlyList<IndexStep> steps, CancellationToken cancellationToken)
    {
        var rows = database.Dialect.Rows("@Steps", RoomKey, new RowColumn("after_seq", RowColumnKind.Number), new RowColumn("last_seq", RowColumnKind.Number));
        var sql = database.Dialect.UpdateFrom(
            "search_rooms", rows, "search_rooms.room_id = j.room_id and search_rooms.indexed_seq < j.last_seq", "indexed_seq = j.last_seq");
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(sql, new { Steps = JsonRows.Of(steps, static (writer, step) => step.Write(writer)) }, transaction), cancellationToken);
    }

    /// <summary>Rooms whose last events are not in the index.</summary>
    public async Task<IReadOnlyList<RoomId>> ListBehindAsync(int most, CancellationToken cancellationToken)
    {
        var ids = await database.ReadAsync(
            connection => connection.QueryAsync<string>(
                """
                select r.id from rooms r left join search_rooms s on s.room_id = r.id
                where r.head_seq > 0 and (s.indexed_seq is null or s.indexed_seq < r.head_seq) order by r.last_activity_at desc limit @Most
                """,
                new { Most = most }),
            cancellationToken);
        return [.. ids.Select(RoomId.Parse)];
    }

    /// <summary>Takes or keeps the sweep for a node, so that of many one looks.</summary>
    public async Task<bool> TakeLeaseAsync(NodeId node, DateTimeOffset now, TimeSpan length, CancellationToken cancellationToken) => await database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(
            "update search_lease set node_id = @Node, expires_at = @Until where name = 'sweep' and (expires_at < @Now or node_id = @Node)",
            new { Node = node.Value, Now = Columns.Of(now), Until = Columns.Of(now + length) },
            transaction),
        cancellationToken) == 1;

    private async Task<IReadOnlyList<StandingRow>> ReadStandingAsync(IReadOnlyList<RoomId> rooms, CancellationToken cancellationToken) => (await database.ReadAsync(
        connection => connection.QueryAsync<StandingRow>(
            $"""
            select r.id as RoomId, r.head_seq as HeadSeq, s.indexed_seq as IndexedSeq from {database.Dialect.Rows("@Rooms", RoomKey)}
            {database.Dialect.JoinInOrder} rooms r on r.id = j.room_id left join search_rooms s on s.room_id = r.id
            """,
            new { Rooms = JsonRows.Of(rooms, static (writer, room) => writer.WriteStringValue(room.Value)) }),
        cancellationToken)).ToList();

    private Task<bool> BeginAsync(IEnumerable<StandingRow> rooms, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            await new SqlText().AddLiteral("insert into search_rooms (room_id, indexed_seq) values ").AddJoined(", ", rooms, room => $"({room.RoomId}, 0)")
                .AddLiteral(database.Dialect.OnConflictIgnore("room_id")).ExecuteAsync(transaction, cancellationToken);
            return true;
        },
        cancellationToken);

    private sealed class StandingRow
    {
        public string RoomId { get; init; } = "";
        public long HeadSeq { get; init; }
        public long? IndexedSeq { get; init; }
    }

    private sealed class ChangedRow
    {
        public string RoomId { get; init; } = "";
        public long Seq { get; init; }
        public long Rev { get; init; }
        public long CreatedAt { get; init; }
        public string SenderId { get; init; } = "";
        public string Type { get; init; } = "";
        public string? Body { get; init; }

        public IndexedMessage ToMessage() => new()
        {
            RoomId = Domain.Rooms.RoomId.Parse(RoomId),
            Seq = Seq,
            Rev = Rev,
            CreatedAt = Columns.Time(CreatedAt),
            Sender = UserId.Parse(SenderId),
            HasAttachments = SearchMessages.HasAttachments(Columns.Parse<MessageType>(Type)),
            Text = Body,
        };
    }
}

/// <summary>Events of a room that are indexed together.</summary>
/// <param name="RoomId">The room.</param>
/// <param name="After">The number before the first of them.</param>
/// <param name="Last">The last one's number. Everything up to it is committed.</param>
/// <param name="Head">The number of the room's last event.</param>
internal sealed record IndexStep(RoomId RoomId, long After, long Last, long Head)
{
    public void Write(System.Text.Json.Utf8JsonWriter writer)
    {
        writer.WriteStringValue(RoomId.Value);
        writer.WriteNumberValue(After);
        writer.WriteNumberValue(Last);
    }
}
