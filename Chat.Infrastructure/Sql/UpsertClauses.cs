namespace Chat.Infrastructure.Sql;

/// <summary>The upsert that SQLite and PostgreSQL share.</summary>
internal static class UpsertClauses
{
    public static string OnConflictUpdate(string key, ReadOnlySpan<string> columns)
    {
        var assignments = new List<string>(columns.Length);
        foreach (var column in columns) assignments.Add($"{column} = excluded.{column}");
        return $" on conflict ({key}) do update set {string.Join(", ", assignments)}";
    }

    public static string OnConflictIgnore(string key) => $" on conflict ({key}) do nothing";
}
