using System.Data.Common;
using Chat.Infrastructure.Sql.Search;
using Dapper;
using Npgsql;

namespace Chat.Infrastructure.Sql.Postgres;

/// <summary>PostgreSQL. The only file that names its driver.</summary>
internal sealed class PostgresDialect : ISqlDialect, IDisposable
{
    /// <summary>The key of the advisory lock under which the schema is migrated; any number, the same in all gateways.</summary>
    private const long MigrationLock = 0x43686174_53746f6d;

    private readonly NpgsqlDataSource _source;

    public PostgresDialect(string connectionString)
    {
        Terms = new PostgresTermTable(this);
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        // Connections are kept long: statements that come again and again are prepared once for each.
        if (builder.ConnectionStringBuilder.MaxAutoPrepare == 0) builder.ConnectionStringBuilder.MaxAutoPrepare = 50;
        _source = builder.Build();
    }

    public string Name => "Postgres";

    public ITermTable Terms { get; }

    public string ForUpdateOf(string alias) => $" for update of {alias}";

    public string Begin => "begin isolation level read committed";

    public string Rows(string parameter, params ReadOnlySpan<RowColumn> columns)
    {
        var values = new List<string>(columns.Length);
        foreach (var column in columns)
        {
            var value = $"(e ->> {values.Count})";
            values.Add($"{(column.Kind is RowColumnKind.Number ? value + "::bigint" : value)} as {column.Name}");
        }
        return $"(select {string.Join(", ", values)} from json_array_elements({parameter}::json) e) j";
    }

    /// <summary>A division by zero is the conflict.</summary>
    public string Exactly(string update, string parameter) =>
        $"with changed as ({update} returning 1) select 1 / (case when count(*) = {parameter} then 1 else 0 end) from changed";

    public DbConnection CreateConnection() => _source.CreateConnection();

    /// <summary>The array travels as one parameter, so that the statement is the same for any number of values.</summary>
    public string IsOneOf(string parameter) => $"= any({parameter})";

    public string OnConflictUpdate(string key, params ReadOnlySpan<string> columns) => UpsertClauses.OnConflictUpdate(key, columns);

    public string OnConflictIgnore(string key) => UpsertClauses.OnConflictIgnore(key);

    public async Task UnderMigrationLockAsync(DbConnection connection, Func<Task> migrate, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("select pg_advisory_lock(@MigrationLock)", new { MigrationLock });
        try
        {
            await migrate();
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(@MigrationLock)", new { MigrationLock });
        }
    }

    public SqlFailure Classify(DbException exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DivisionByZero } => SqlFailure.Conflict,
        // A server that may only be read from, as after a failover.
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => SqlFailure.Unavailable,
        PostgresException { SqlState: [.. var sqlClass, _, _, _] } when sqlClass is "08" or "53" or "57" or "58" => SqlFailure.Unavailable,
        PostgresException => SqlFailure.Permanent,
        _ => SqlFailure.Unavailable,
    };

    public void Dispose() => _source.Dispose();
}
