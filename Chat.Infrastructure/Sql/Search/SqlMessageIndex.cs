using System.Data.Common;
using System.Globalization;
using System.Text;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Dapper;

namespace Chat.Infrastructure.Sql.Search;

/// <summary>The index in the database's own full-text index, fed with tokens that are ready.</summary>
internal sealed class SqlMessageIndex(SqlDatabase chat) : IMessageIndex
{
    private static readonly RowColumn RoomKey = new("room_id", RowColumnKind.Key);

    private static readonly RowColumn[] StepColumns = [RoomKey, new("after_seq", RowColumnKind.Number), new("last_seq", RowColumnKind.Number)];

    /// <summary>Rooms that one statement searches; more are searched by several.</summary>
    private const int MostRooms = 100;

    /// <summary>Characters of tokens that one statement brings, about: databases limit what they take at once, MySQL to 16 MB unless told otherwise.</summary>
    private const int MostAtOnce = 1_000_000;

    // What a page before went up to; ids are compared octet by octet by all three.
    private const string Behind =
        "t.created_at >= @From and t.created_at <= @To and (t.created_at < @At or s.room_id < @AtRoom or (s.room_id = @AtRoom and t.seq < @AtSeq))";

    private readonly SqlDatabase _database = chat.Search;

    public bool IsApart { get; } = chat.Search != chat;

    public async ValueTask<IReadOnlyList<IndexedRoom>> ListAsync(IReadOnlyCollection<RoomId> rooms, CancellationToken cancellationToken)
    {
        // Only where the index is apart and may be of another history: MySQL would read for it all that the room has in the index.
        const string last = "from message_terms t where t.room = s.number and t.seq <= s.indexed_seq order by t.seq desc limit 1";
        const string lasts = $", (select t.seq {last}) as LastSeq, (select t.created_at {last}) as LastAt";
        var rows = await _database.ReadAsync(
            connection => connection.QueryAsync<RoomRow>(
                $"""
                select s.room_id as RoomId, s.indexed_seq as IndexedSeq{(IsApart ? lasts : "")}
                from {_database.Dialect.Rows("@Rooms", RoomKey)} {_database.Dialect.JoinInOrder} search_rooms s on s.room_id = j.room_id
                """,
                new { Rooms = KeysOf(rooms) }),
            cancellationToken);
        return [.. rows.Select(row => row.ToRoom())];
    }

    public async ValueTask ApplyAsync(IReadOnlyList<IndexedMessage> messages, IReadOnlyList<IndexStep> steps, CancellationToken cancellationToken)
    {
        var rooms = messages.Select(message => message.RoomId).Concat(steps.Select(step => step.RoomId)).ToHashSet();
        var numbers = await TakeNumbersAsync(rooms, cancellationToken);
        await _database.WriteAsync(
            async transaction =>
            {
                foreach (var some in RowsOf(messages, numbers)) await UpsertAsync(transaction, some);
                if (steps.Count > 0) await NoteAsync(transaction, steps);
                return true;
            },
            cancellationToken);
    }

    public async ValueTask ForgetAsync(IReadOnlyCollection<RoomId> rooms, CancellationToken cancellationToken)
    {
        var numbers = await NumbersAsync(rooms, cancellationToken);
        var facts = new { Rooms = JsonRows.Of(numbers, static (writer, room) => writer.WriteNumberValue(room.Number)) };
        var back = _database.Dialect.UpdateFrom("search_rooms", _database.Dialect.Rows("@Rooms", ITermTable.RoomColumn), "search_rooms.number = j.room", "indexed_seq = 0");
        await _database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync($"{_database.Dialect.Terms.Delete}; {back}", facts, transaction), cancellationToken);
    }

    /// <summary>The rows of the messages, a few at a time.</summary>
    private static IEnumerable<List<TermRow>> RowsOf(IReadOnlyList<IndexedMessage> messages, Dictionary<string, long> numbers)
    {
        var line = new StringBuilder();
        var some = new List<TermRow>();
        var characters = 0;
        foreach (var message in messages)
        {
            var room = numbers[message.RoomId.Value];
            var tokens = Token.LineOf(line, room, message);
            some.Add(new TermRow(room, message, tokens));
            if ((characters += tokens.Length) < MostAtOnce) continue;
            yield return some;
            some.Clear();
            characters = 0;
        }
        if (some.Count > 0) yield return some;
    }

    private async Task UpsertAsync(DbTransaction transaction, List<TermRow> some)
    {
        var rows = JsonRows.Of(some, static (writer, row) =>
        {
            writer.WriteNumberValue(row.Room);
            writer.WriteNumberValue(row.Message.Seq);
            writer.WriteNumberValue(row.Message.Rev);
            writer.WriteNumberValue(Columns.Of(row.Message.CreatedAt));
            writer.WriteStringValue(row.Tokens);
        });
        await transaction.Connection!.ExecuteAsync(_database.Dialect.Terms.Upsert, new { Messages = rows }, transaction);
    }

    /// <summary>A room that was forgotten since a step was begun is behind that step's beginning: what was forgotten is walked first.</summary>
    private async Task NoteAsync(DbTransaction transaction, IReadOnlyList<IndexStep> steps)
    {
        var sql = _database.Dialect.UpdateFrom(
            "search_rooms",
            _database.Dialect.Rows("@Steps", StepColumns),
            "search_rooms.room_id = j.room_id and search_rooms.indexed_seq >= j.after_seq and search_rooms.indexed_seq < j.last_seq",
            "indexed_seq = j.last_seq");
        var rows = JsonRows.Of(steps, static (writer, step) =>
        {
            writer.WriteStringValue(step.RoomId.Value);
            writer.WriteNumberValue(step.After);
            writer.WriteNumberValue(step.Last);
        });
        await transaction.Connection!.ExecuteAsync(sql, new { Steps = rows }, transaction);
    }

    public async ValueTask<IReadOnlyList<MessagePosition>> FindAsync(IndexQuery query, int limit, CancellationToken cancellationToken)
    {
        var numbers = await NumbersAsync([.. query.Rooms.Select(room => room.RoomId)], cancellationToken);
        var spans = query.Rooms.ToDictionary(room => room.RoomId.Value, room => room.Span, StringComparer.Ordinal);
        var found = new List<MessagePosition>();
        foreach (var some in numbers.Chunk(MostRooms))
        {
            var rooms = some.Select(room => new Searched(room.Number, spans[room.RoomId])).ToList();
            var rows = await _database.ReadAsync(connection => connection.QueryAsync<PositionRow>(StatementOf(query, rooms), FactsOf(query, rooms, limit)), cancellationToken);
            found.AddRange(rows.Select(row => new MessagePosition(Columns.Time(row.CreatedAt), RoomId.Parse(row.RoomId), row.Seq)));
        }
        found.Sort(MessagePosition.CompareNewestFirst);
        return found.Count <= limit ? found : found[..limit];
    }

    private string StatementOf(IndexQuery query, List<Searched> rooms)
    {
        if (!HasTokens(query)) return string.Join(" union all ", rooms.Select(NewestOf));
        var isNarrow = rooms.Exists(room => room.IsNarrow)
            ? $"and not exists (select 1 from {_database.Dialect.Rows("@Narrow", new RowColumn("room", RowColumnKind.Number), new RowColumn("first_seq", RowColumnKind.Number), new RowColumn("last_seq", RowColumnKind.Number))} where j.room = t.room and (t.seq < j.first_seq or t.seq > j.last_seq))"
            : "";
        return $"""
            select s.room_id as RoomId, t.seq as Seq, t.created_at as CreatedAt from {_database.Dialect.Terms.Matching} join search_rooms s on s.number = t.room
            where {_database.Dialect.Terms.Condition} and {Behind} {isNarrow} order by t.created_at desc, s.room_id desc, t.seq desc limit @Limit
            """;
    }

    /// <summary>Without a token to look for, the end of each room: a sort of all that is in them would cost what is in them.</summary>
    private static string NewestOf(Searched room) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        select * from (select s.room_id as RoomId, t.seq as Seq, t.created_at as CreatedAt from message_terms t join search_rooms s on s.number = t.room
        where t.room = {room.Number} and t.seq >= {room.Span.First} and t.seq <= {room.Span.Last} and {Behind} order by t.created_at desc, t.seq desc limit @Limit) room{room.Number}
        """);

    private object FactsOf(IndexQuery query, List<Searched> rooms, int limit)
    {
        var to = Columns.Of(query.To);
        var at = query.After is { } after ? Columns.Of(after.CreatedAt) : long.MaxValue;
        return new
        {
            Query = HasTokens(query) ? _database.Dialect.Terms.QueryOf(rooms.Select(room => TokensOf(query, room.Number))) : "",
            From = Columns.Of(query.From),
            To = Math.Min(to, at),
            At = at,
            AtRoom = query.After?.RoomId.Value ?? "",
            AtSeq = query.After?.Seq ?? 0,
            Narrow = JsonRows.Of(rooms.Where(room => room.IsNarrow), static (writer, room) =>
            {
                writer.WriteNumberValue(room.Number);
                writer.WriteNumberValue(room.Span.First);
                writer.WriteNumberValue(room.Span.Last);
            }),
            Limit = limit,
        };
    }

    private static bool HasTokens(IndexQuery query) => query.Terms.Count > 0 || query.Sender is not null || query.HasAttachments;

    private static IEnumerable<Token> TokensOf(IndexQuery query, long room)
    {
        foreach (var term in query.Terms) yield return Token.Of(room, term);
        if (query.Sender is { } sender) yield return Token.OfSender(room, sender);
        if (query.HasAttachments) yield return Token.OfAttachments(room);
    }

    /// <summary>The numbers of the rooms that have anything in the index.</summary>
    private async Task<IReadOnlyList<NumberRow>> NumbersAsync(IReadOnlyCollection<RoomId> rooms, CancellationToken cancellationToken) => (await _database.ReadAsync(
        connection => connection.QueryAsync<NumberRow>(
            $"""
            select s.number as Number, s.room_id as RoomId from {_database.Dialect.Rows("@Rooms", RoomKey)}
            {_database.Dialect.JoinInOrder} search_rooms s on s.room_id = j.room_id
            """,
            new { Rooms = KeysOf(rooms) }),
        cancellationToken)).ToList();

    /// <summary>The rooms' numbers, after those that had none were given one.</summary>
    private async Task<Dictionary<string, long>> TakeNumbersAsync(HashSet<RoomId> rooms, CancellationToken cancellationToken)
    {
        var known = await NumbersAsync(rooms, cancellationToken);
        if (known.Count < rooms.Count)
        {
            var missing = rooms.Select(room => room.Value).Except(known.Select(room => room.RoomId), StringComparer.Ordinal).ToList();
            await _database.WriteAsync(
                async transaction =>
                {
                    await new SqlText().AddLiteral("insert into search_rooms (room_id, indexed_seq) values ").AddJoined(", ", missing, room => $"({room}, 0)")
                        .AddLiteral(_database.Dialect.OnConflictIgnore("room_id")).ExecuteAsync(transaction, cancellationToken);
                    return true;
                },
                cancellationToken);
            known = await NumbersAsync(rooms, cancellationToken);
        }
        return known.ToDictionary(room => room.RoomId, room => room.Number, StringComparer.Ordinal);
    }

    private static string KeysOf(IEnumerable<RoomId> rooms) => JsonRows.Of(rooms, static (writer, room) => writer.WriteStringValue(room.Value));

    private readonly record struct Searched(long Number, VisibleSpan Span)
    {
        public bool IsNarrow => Span.First > 1 || Span.Last < long.MaxValue;
    }

    private readonly record struct TermRow(long Room, IndexedMessage Message, string Tokens);

    private sealed class RoomRow
    {
        public string RoomId { get; init; } = "";
        public long IndexedSeq { get; init; }
        public long? LastSeq { get; init; }
        public long? LastAt { get; init; }

        public IndexedRoom ToRoom()
        {
            var room = Domain.Rooms.RoomId.Parse(RoomId);
            return new IndexedRoom(room, IndexedSeq, LastSeq is { } last ? new MessagePosition(Columns.Time(LastAt!.Value), room, last) : null);
        }
    }

    private sealed class NumberRow
    {
        public long Number { get; init; }
        public string RoomId { get; init; } = "";
    }

    private sealed class PositionRow
    {
        public string RoomId { get; init; } = "";
        public long Seq { get; init; }
        public long CreatedAt { get; init; }
    }
}
