using Chat.Infrastructure.Sql.Search;

namespace Chat.Infrastructure.Sql.Sqlite;

/// <summary>Terms in an FTS5 table without contents, beside the table of what they belong to.</summary>
internal sealed class SqliteTermTable(ISqlDialect dialect) : ITermTable
{
    // "where true" keeps the parser from taking "on" for a join's (SQLite documentation, UPSERT, "Parsing Ambiguity").
    public string Upsert { get; } = $"""
        insert into message_terms (room, seq, rev, created_at) select j.room, j.seq, j.rev, j.created_at from {dialect.Rows("@Messages", ITermTable.Columns)} where true
        on conflict (room, seq) do update set rev = excluded.rev where excluded.rev >= message_terms.rev;
        insert or replace into message_words (rowid, terms) select t.id, j.terms from {dialect.Rows("@Messages", ITermTable.Columns)}
        cross join message_terms t on t.room = j.room and t.seq = j.seq and t.rev = j.rev
        """;

    public string Delete { get; } = $"""
        delete from message_words where rowid in (select t.id from {dialect.Rows("@Rooms", ITermTable.RoomColumn)} cross join message_terms t on t.room = j.room);
        {dialect.DeleteFrom("message_terms", dialect.Rows("@Rooms", ITermTable.RoomColumn), "room")}
        """;

    public string Matching => "message_words cross join message_terms t on t.id = message_words.rowid";

    public string Condition => "message_words match @Query";

    public string QueryOf(IEnumerable<IEnumerable<Token>> alternatives) => string.Join(
        " OR ", alternatives.Select(all => $"({string.Join(" AND ", all.Select(token => $"{token.Text}{(token.IsPrefix ? "*" : "")}"))})"));
}
