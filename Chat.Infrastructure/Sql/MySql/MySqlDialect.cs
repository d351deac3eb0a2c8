using System.Data.Common;
using Chat.Domain;
using Chat.Infrastructure.Sql.Search;
using Dapper;
using MySql.Data.MySqlClient;

namespace Chat.Infrastructure.Sql.MySql;

/// <summary>MySQL and MariaDB. The only file that names the driver, so that another can take its place here.</summary>
internal sealed class MySqlDialect : ISqlDialect
{
    private const string MigrationLock = "chatstomp.migrations";
    private const int MigrationPatienceSeconds = 60;

    private readonly string _connectionString;

    public MySqlDialect(string connectionString)
    {
        Terms = new MySqlTermTable(this);
        var builder = new MySqlConnectionStringBuilder(connectionString) { CharacterSet = "utf8mb4" };
        // MariaDB does not interrupt a running statement when its token is cancelled, so each has a time limit of its own.
        if (!connectionString.Contains("Command Timeout", StringComparison.OrdinalIgnoreCase)) builder.DefaultCommandTimeout = 10;
        _connectionString = builder.ConnectionString;
    }

    public string Name => "MySql";

    public ITermTable Terms { get; }

    public string JoinInOrder => "straight_join";

    public string Begin => "set transaction isolation level read committed; start transaction";

    public string Rows(string parameter, params ReadOnlySpan<RowColumn> columns)
    {
        var definitions = new List<string>(columns.Length);
        foreach (var column in columns)
        {
            var type = column.Kind switch
            {
                RowColumnKind.Key => "varchar(255)",
                RowColumnKind.Text => "mediumtext",
                _ => "bigint",
            };
            definitions.Add($"{column.Name} {type} path '$[{definitions.Count}]'");
        }
        return $"json_table({parameter}, '$[*]' columns ({string.Join(", ", definitions)})) j";
    }

    public string UpdateFrom(string table, string rows, string on, params ReadOnlySpan<string> assignments)
    {
        var qualified = new List<string>(assignments.Length);
        foreach (var assignment in assignments) qualified.Add($"{table}.{assignment}");
        return $"update {rows} straight_join {table} on {on} set {string.Join(", ", qualified)}";
    }

    public string DeleteFrom(string table, string rows, string key) => $"delete {table} from {rows} straight_join {table} on {table}.{key} = j.{key}";

    public DbConnection CreateConnection() => new MySqlConnection(_connectionString);

    public string OnConflictUpdate(string key, params ReadOnlySpan<string> columns)
    {
        var assignments = new List<string>(columns.Length);
        foreach (var column in columns) assignments.Add($"{column} = values({column})");
        return $" on duplicate key update {string.Join(", ", assignments)}";
    }

    public string OnConflictIgnore(string key) => $" on duplicate key update {key.Split(',')[0]} = {key.Split(',')[0]}";

    public async Task UnderMigrationLockAsync(DbConnection connection, Func<Task> migrate, CancellationToken cancellationToken)
    {
        var name = new { MigrationLock, MigrationPatienceSeconds };
        var taken = await connection.ExecuteScalarAsync<int?>("select get_lock(@MigrationLock, @MigrationPatienceSeconds)", name, commandTimeout: MigrationPatienceSeconds + 10);
        if (taken is not 1) throw new StoreUnavailableException("Another gateway has been migrating the database for a minute.");
        try
        {
            await migrate();
        }
        finally
        {
            await connection.ExecuteScalarAsync<int?>("select release_lock(@MigrationLock)", name);
        }
    }

    public SqlFailure Classify(DbException exception) => (exception as MySqlException)?.Number switch
    {
        (int)MySqlErrorCode.LockDeadlock or (int)MySqlErrorCode.LockWaitTimeout or (int)MySqlErrorCode.DuplicateKeyEntry => SqlFailure.Conflict,
        // The numbers of the server begin at 1000; what the driver says of itself, as that nobody answers, has none.
        null or 0 => SqlFailure.Unavailable,
        (int)MySqlErrorCode.UnableToConnectToHost or (int)MySqlErrorCode.ServerShutdown or (int)MySqlErrorCode.TooManyUserConnections
            or (int)MySqlErrorCode.NormalShutdown or (int)MySqlErrorCode.ConnectionCountError or (int)MySqlErrorCode.QueryInterrupted => SqlFailure.Unavailable,
        _ => SqlFailure.Permanent,
    };
}
