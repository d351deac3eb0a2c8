using Chat.Infrastructure.Sql.Search;

namespace Chat.Infrastructure.Sql.Postgres;

/// <summary>Terms as a <c>tsvector</c> of our own making, with a GIN index.</summary>
internal sealed class PostgresTermTable(ISqlDialect dialect) : ITermTable
{
    public string Upsert { get; } = $"""
        insert into message_terms (room, seq, rev, created_at, terms)
        select j.room, j.seq, j.rev, j.created_at, array_to_tsvector(string_to_array(j.terms, ' ')) from {dialect.Rows("@Messages", ITermTable.Columns)}
        on conflict (room, seq) do update set terms = excluded.terms, rev = excluded.rev where excluded.rev >= message_terms.rev
        """;

    public string Delete { get; } = dialect.DeleteFrom("message_terms", dialect.Rows("@Rooms", ITermTable.RoomColumn), "room");

    public string Matching => "message_terms t";

    public string Condition => "t.terms @@ @Query::tsquery";

    public string QueryOf(IEnumerable<IEnumerable<Token>> alternatives) => string.Join(
        " | ", alternatives.Select(all => $"({string.Join(" & ", all.Select(token => $"'{token.Text}'{(token.IsPrefix ? ":*" : "")}"))})"));
}
