using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql.Search;

/// <summary>What the next events of rooms changed, for the index to take up.</summary>
internal sealed class IndexChanges(SqlDatabase database, IMessageIndex index)
{
    private const string Found =
        "g.room_id as RoomId, g.seq as Seq, g.rev as Rev, g.created_at as CreatedAt, g.sender_id as SenderId, g.type as Type, g.body as Body";

    /// <summary>Shows whether the index is of another history than the room's: the last message that it has is another one there, or it knows of numbers that have no message.</summary>
    private const string Comparison = """
        , (select count(*) from messages g where g.room_id = r.id and g.seq = j.last_seq and g.created_at = j.last_at) as Same,
        (select count(*) from messages g where g.room_id = r.id and g.seq > j.last_seq and g.seq <= j.indexed_seq) as Unknown
        """;

    private static readonly RowColumn RoomKey = new("room_id", RowColumnKind.Key);

    /// <summary>What is to be indexed next of these rooms: at most <paramref name="most"/> events of all.</summary>
    public async Task<IndexWalk> NextAsync(IReadOnlyList<RoomId> rooms, int most, CancellationToken cancellationToken)
    {
        // The index first: what is read after it is never behind it, unless it is of another history.
        var indexed = (await index.ListAsync(rooms, cancellationToken)).ToDictionary(room => room.RoomId);
        var standing = (await ReadStandingAsync(rooms, indexed, cancellationToken)).Select(row => row.ToRoom(indexed)).ToList();
        var behind = standing.Where(room => room.Head > room.Indexed).ToList();
        var share = Math.Max(1, most / Math.Max(1, behind.Count));
        return new IndexWalk
        {
            Strange = [.. standing.Where(room => room.IsStrange).Select(room => room.RoomId)],
            Steps = [.. behind.Select(room => new IndexStep(room.RoomId, room.Indexed, Math.Min(room.Head, room.Indexed + share)))],
            Unfinished = [.. behind.Where(room => room.Head > room.Indexed + share).Select(room => room.RoomId)],
        };
    }

    /// <summary>
    /// The messages that the steps' events made or changed, as they are now, each once. Each number is looked up by itself: MySQL takes none but equal values from one
    /// table of a join into another one's key, and would read the whole room for a span.
    /// </summary>
    public async Task<IReadOnlyList<IndexedMessage>> ReadAsync(IReadOnlyList<IndexStep> steps, CancellationToken cancellationToken)
    {
        var dialect = database.Dialect;
        var numbers = dialect.Rows("@Numbers", RoomKey, new RowColumn("seq", RowColumnKind.Number));
        var sql = $"""
            select {Found} from {numbers} {dialect.JoinInOrder} messages g on g.room_id = j.room_id and g.seq = j.seq
            union all
            select {Found} from {numbers} {dialect.JoinInOrder} room_events e on e.room_id = j.room_id and e.seq = j.seq
            {dialect.JoinInOrder} messages g on g.id = e.subject_id where e.event in ('{MessageEdited.EventName}', '{MessageDeleted.EventName}', '{MessageExpired.EventName}')
            """;
        var facts = JsonRows.Of(steps.SelectMany(NumbersOf), static (writer, one) =>
        {
            writer.WriteStringValue(one.RoomId.Value);
            writer.WriteNumberValue(one.Seq);
        });
        var rows = await database.ReadAsync(connection => connection.QueryAsync<ChangedRow>(sql, new { Numbers = facts }), cancellationToken);
        return [.. rows.GroupBy(row => (row.RoomId, row.Seq)).Select(same => same.MaxBy(row => row.Rev)!.ToMessage())];
    }

    private async Task<IReadOnlyList<StandingRow>> ReadStandingAsync(
        IReadOnlyList<RoomId> rooms, Dictionary<RoomId, IndexedRoom> indexed, CancellationToken cancellationToken)
    {
        var rows = database.Dialect.Rows("@Rooms", RoomKey, new RowColumn("last_seq", RowColumnKind.Number), new RowColumn("last_at", RowColumnKind.Number),
            new RowColumn("indexed_seq", RowColumnKind.Number));
        var facts = JsonRows.Of(rooms, (writer, room) =>
        {
            var last = indexed.GetValueOrDefault(room)?.Last;
            writer.WriteStringValue(room.Value);
            writer.WriteNumberValue(last?.Seq ?? 0);
            writer.WriteNumberValue(last is { } known ? Columns.Of(known.CreatedAt) : 0);
            writer.WriteNumberValue(indexed.GetValueOrDefault(room)?.Seq ?? 0);
        });
        return (await database.ReadAsync(
            connection => connection.QueryAsync<StandingRow>(
                $"""
                select r.id as RoomId, r.head_seq as HeadSeq{(index.IsApart ? Comparison : "")}
                from {rows} {database.Dialect.JoinInOrder} rooms r on r.id = j.room_id
                """,
                new { Rooms = facts }),
            cancellationToken)).ToList();
    }

    private static IEnumerable<(RoomId RoomId, long Seq)> NumbersOf(IndexStep step)
    {
        for (var seq = step.After + 1; seq <= step.Last; seq++) yield return (step.RoomId, seq);
    }

    /// <summary>A room, and how far the index is in it.</summary>
    /// <param name="RoomId">The room.</param>
    /// <param name="Head">The number of its last event.</param>
    /// <param name="Indexed">Up to where the index knows it.</param>
    /// <param name="IsStrange">
    /// Whether the index knows another history than the room has: events that never were, another message in the place of the last one that it has, or none where there is one. So it is where an
    /// index in a file of its own stayed when an older database was put back.
    /// </param>
    private sealed record Standing(RoomId RoomId, long Head, long Indexed, bool IsStrange);

    private sealed class StandingRow
    {
        public string RoomId { get; init; } = "";
        public long HeadSeq { get; init; }
        public long Same { get; init; }

        /// <summary>Messages that the index should have, from how far it is, and has not.</summary>
        public long Unknown { get; init; }

        public Standing ToRoom(Dictionary<RoomId, IndexedRoom> indexed)
        {
            var id = Domain.Rooms.RoomId.Parse(RoomId);
            var known = indexed.GetValueOrDefault(id);
            var isStrange = known is not null && (known.Seq > HeadSeq || Unknown > 0 || (known.Last is not null && Same == 0));
            return new Standing(id, HeadSeq, isStrange ? 0 : known?.Seq ?? 0, isStrange);
        }
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

/// <summary>What is to be done in some rooms.</summary>
internal sealed record IndexWalk
{
    /// <summary>Rooms of which the index knows another history; to be forgotten before all else.</summary>
    public required IReadOnlyList<RoomId> Strange { get; init; }

    /// <summary>What is to be taken up.</summary>
    public required IReadOnlyList<IndexStep> Steps { get; init; }

    /// <summary>Rooms that go on behind their step.</summary>
    public required IReadOnlyList<RoomId> Unfinished { get; init; }
}
