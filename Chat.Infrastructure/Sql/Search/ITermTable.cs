namespace Chat.Infrastructure.Sql.Search;

/// <summary>The table of terms in the words of a database; it is all that differs between them about the search.</summary>
internal interface ITermTable
{
    /// <summary>
    /// Keeps the rows of <c>@Messages</c> (<see cref="Columns"/>) in <c>message_terms</c>, each in place of what was there under the same room and number, unless
    /// that has a higher <c>rev</c>.
    /// </summary>
    string Upsert { get; }

    /// <summary>Deletes all rows of the rooms whose numbers are in <c>@Rooms</c>, rows of one column <c>room</c>.</summary>
    string Delete { get; }

    /// <summary>What to select from: <c>message_terms</c> as <c>t</c>, by way of its index.</summary>
    string Matching { get; }

    /// <summary>That a row of it fits <c>@Query</c>, which <see cref="QueryOf"/> made.</summary>
    string Condition { get; }

    /// <summary>Asks for what has all tokens of one of the alternatives.</summary>
    string QueryOf(IEnumerable<IEnumerable<Token>> alternatives);

    /// <summary>A room by its number in <c>search_rooms</c>.</summary>
    static RowColumn RoomColumn { get; } = new("room", RowColumnKind.Number);

    /// <summary>The columns of <see cref="Upsert"/>'s rows.</summary>
    static RowColumn[] Columns { get; } =
    [
        RoomColumn, new("seq", RowColumnKind.Number), new("rev", RowColumnKind.Number), new("created_at", RowColumnKind.Number),
        new("terms", RowColumnKind.Text),
    ];
}
