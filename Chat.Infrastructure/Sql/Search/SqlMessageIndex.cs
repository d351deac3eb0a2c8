using System.Globalization;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Dapper;

namespace Chat.Infrastructure.Sql.Search;

/// <summary>The index in the database's own full-text index, fed with tokens that are ready.</summary>
internal sealed class SqlMessageIndex(SqlDatabase database) : IMessageIndex
{
    /// <summary>Rooms that one statement searches; more are searched by several.</summary>
    private const int MostRooms = 100;

    /// <summary>
    /// Characters of tokens that are kept of one message: far more than the longest text has, unless it is made for it, and within what a tsvector can hold (1 MB).
    /// </summary>
    private const int MostCharacters = 500_000;

    /// <summary>Characters of tokens that one statement brings, about: databases limit what they take at once, MySQL to 16 MB unless told otherwise.</summary>
    private const int MostAtOnce = 1_000_000;

    // What a page before went up to; ids are compared octet by octet by all three.
    private const string Behind =
        "t.created_at >= @From and t.created_at <= @To and (t.created_at < @At or s.room_id < @AtRoom or (s.room_id = @AtRoom and t.seq < @AtSeq))";

    public async ValueTask ApplyAsync(IReadOnlyList<IndexedMessage> messages, CancellationToken cancellationToken)
    {
        var numbers = (await NumbersAsync(messages.Select(message => message.RoomId), cancellationToken)).ToDictionary(room => room.RoomId, room => room.Number, StringComparer.Ordinal);
        var some = new List<TermRow>();
        foreach (var message in messages)
        {
            var room = numbers[message.RoomId.Value];
            some.Add(new TermRow(room, message, TokensOf(room, message)));
            if (some.Sum(row => row.Tokens.Length) < MostAtOnce) continue;
            await UpsertAsync(some, cancellationToken);
            some.Clear();
        }
        if (some.Count > 0) await UpsertAsync(some, cancellationToken);
    }

    private Task<int> UpsertAsync(List<TermRow> some, CancellationToken cancellationToken)
    {
        var rows = JsonRows.Of(some, static (writer, row) =>
        {
            writer.WriteNumberValue(row.Room);
            writer.WriteNumberValue(row.Message.Seq);
            writer.WriteNumberValue(row.Message.Rev);
            writer.WriteNumberValue(Columns.Of(row.Message.CreatedAt));
            writer.WriteStringValue(row.Tokens);
        });
        return database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(database.Dialect.Terms.Upsert, new { Messages = rows }, transaction), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<MessagePosition>> FindAsync(IndexQuery query, int limit, CancellationToken cancellationToken)
    {
        var numbers = await NumbersAsync(query.Rooms.Select(room => room.RoomId), cancellationToken);
        var spans = query.Rooms.ToDictionary(room => room.RoomId.Value, room => room.Span, StringComparer.Ordinal);
        var found = new List<MessagePosition>();
        foreach (var some in numbers.Chunk(MostRooms))
        {
            var rooms = some.Select(room => new Searched(room.Number, spans[room.RoomId])).ToList();
            var rows = await database.ReadAsync(connection => connection.QueryAsync<PositionRow>(StatementOf(query, rooms), FactsOf(query, rooms, limit)), cancellationToken);
            found.AddRange(rows.Select(row => new MessagePosition(Columns.Time(row.CreatedAt), RoomId.Parse(row.RoomId), row.Seq)));
        }
        found.Sort(MessagePosition.CompareNewestFirst);
        return found.Count <= limit ? found : found[..limit];
    }

    private static string TokensOf(long room, IndexedMessage message)
    {
        if (message.Text is null) return "";
        List<Token> tokens = [Token.OfSender(room, message.Sender)];
        if (message.HasAttachments) tokens.Add(Token.OfAttachments(room));
        var characters = 0;
        foreach (var term in Analyzer.TermsOf(message.Text))
        {
            var token = Token.Of(room, new SearchTerm(term, IsPrefix: false));
            if ((characters += token.Text.Length + 1) > MostCharacters) break;
            tokens.Add(token);
        }
        return string.Join(' ', tokens.Select(token => token.Text).Distinct(StringComparer.Ordinal));
    }

    private string StatementOf(IndexQuery query, List<Searched> rooms)
    {
        if (!HasTokens(query)) return string.Join(" union all ", rooms.Select(NewestOf));
        var isNarrow = rooms.Exists(room => room.IsNarrow)
            ? $"and not exists (select 1 from {database.Dialect.Rows("@Narrow", new RowColumn("room", RowColumnKind.Number), new RowColumn("first_seq", RowColumnKind.Number), new RowColumn("last_seq", RowColumnKind.Number))} where j.room = t.room and (t.seq < j.first_seq or t.seq > j.last_seq))"
            : "";
        return $"""
            select s.room_id as RoomId, t.seq as Seq, t.created_at as CreatedAt from {database.Dialect.Terms.Matching} join search_rooms s on s.number = t.room
            where {database.Dialect.Terms.Condition} and {Behind} {isNarrow} order by t.created_at desc, s.room_id desc, t.seq desc limit @Limit
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
            Query = HasTokens(query) ? database.Dialect.Terms.QueryOf(rooms.Select(room => TokensOf(query, room.Number))) : "",
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
    private async Task<IReadOnlyList<NumberRow>> NumbersAsync(IEnumerable<RoomId> rooms, CancellationToken cancellationToken)
    {
        var ids = JsonRows.Of(rooms.Distinct(), static (writer, id) => writer.WriteStringValue(id.Value));
        return (await database.ReadAsync(
            connection => connection.QueryAsync<NumberRow>(
                $"""
                select s.number as Number, s.room_id as RoomId from {database.Dialect.Rows("@Ids", new RowColumn("id", RowColumnKind.Key))}
                {database.Dialect.JoinInOrder} search_rooms s on s.room_id = j.id
                """,
                new { Ids = ids }),
            cancellationToken)).ToList();
    }

    private readonly record struct Searched(long Number, VisibleSpan Span)
    {
        public bool IsNarrow => Span.First > 1 || Span.Last < long.MaxValue;
    }

    private readonly record struct TermRow(long Room, IndexedMessage Message, string Tokens);

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
