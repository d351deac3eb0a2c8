using Chat.Infrastructure.Sql.Search;

namespace Chat.Infrastructure.Sql.MySql;

/// <summary>Terms as text with a FULLTEXT index, in boolean mode.</summary>
internal sealed class MySqlTermTable(ISqlDialect dialect) : ITermTable
{
    // The columns are set in this order: the terms look at the rev that was there.
    public string Upsert { get; } = $"""
        insert into message_terms (room, seq, rev, created_at, terms) select j.room, j.seq, j.rev, j.created_at, j.terms from {dialect.Rows("@Messages", ITermTable.Columns)}
        on duplicate key update terms = if(values(rev) < message_terms.rev, message_terms.terms, values(terms)), rev = greatest(message_terms.rev, values(rev))
        """;

    public string Delete { get; } = dialect.DeleteFrom("message_terms", dialect.Rows("@Rooms", ITermTable.RoomColumn), "room");

    public string Matching => "message_terms t";

    public string Condition => "match(t.terms) against (@Query in boolean mode)";

    public string QueryOf(IEnumerable<IEnumerable<Token>> alternatives) => string.Join(
        ' ', alternatives.Select(all => $"({string.Join(' ', all.Select(token => $"+{token.Text}{(token.IsPrefix ? "*" : "")}"))})"));
}
