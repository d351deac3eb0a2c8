using System.Data.Common;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Infrastructure.Sql.Search;
using Dapper;
using MySqlConnector;

namespace Chat.Infrastructure.Sql.MySql;

/// <summary>MySQL and MariaDB. The only file that names the driver, so that another can take its place here.</summary>
internal sealed class MySqlDialect : ISqlDialect
{
    private const string MigrationLock = "chatstomp.migrations";
    private const int MigrationPatienceSeconds = 60;

    /// <summary>ER_READ_ONLY_MODE.</summary>
    private const int ReadOnlyMode = 1836;

    /// <summary>MariaDB's ER_CONNECTION_KILLED.</summary>
    private const int ConnectionKilled = 1927;

    /// <summary>MySQL's ER_CLIENT_INTERACTION_TIMEOUT, from 8.0.24 on.</summary>
    private const int ClientInteractionTimeout = 4031;

    private readonly string _connectionString;
    private readonly string _unpooledConnectionString;

    public MySqlDialect(string connectionString)
    {
        Terms = new MySqlTermTable(this);
        var builder = new MySqlConnectionStringBuilder(connectionString) { CharacterSet = "utf8mb4" };
        // A statement that hangs is given up, whether or not somebody waits for it who could cancel it.
        if (!builder.ContainsKey("Default Command Timeout")) builder.DefaultCommandTimeout = 10;
        _connectionString = builder.ConnectionString;
        _unpooledConnectionString = new MySqlConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString;
    }

    public string Name => "MySql";

    public ITermTable Terms { get; }

    public string JoinInOrder => "straight_join";

    public string Begin => "start transaction";

    public string Rows(string parameter, params ReadOnlySpan<RowColumn> columns)
    {
        var definitions = new List<string>(columns.Length);
        foreach (var column in columns)
        {
            var type = column.Kind switch
            {
                // Said here, as otherwise it is the database's own default, which may have no letters but those of Western Europe.
                RowColumnKind.Key => "varchar(255) character set utf8mb4 collate utf8mb4_bin",
                RowColumnKind.Text => "mediumtext character set utf8mb4 collate utf8mb4_bin",
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

    /// <summary>A subquery of two rows where one is asked for is an error in every mode of the server.</summary>
    public string Exactly(string update, string parameter) => $"{update}; select if(row_count() = {parameter}, 1, (select 1 union all select 2))";

    public AppendStatements CreateAppendStatements(NodeId? node) => new MySqlAppendStatements(this, node);

    public string DeleteFrom(string table, string rows, string key) => $"delete {table} from {rows} straight_join {table} on {table}.{key} = j.{key}";

    public DbConnection CreateConnection() => new MySqlConnection(_connectionString);

    /// <summary>Told once how its transactions are isolated, and that whatever it is asked begins one. So it is never given to the pool.</summary>
    public DbConnection OpenHeld()
    {
        var connection = new MySqlConnection(_unpooledConnectionString);
        try
        {
            connection.Open();
            using var command = new MySqlCommand("set session transaction isolation level read committed; set session autocommit = 0", connection);
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

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

    public SqlFailure Classify(DbException exception) => (exception as MySqlException)?.ErrorCode switch
    {
        MySqlErrorCode.LockDeadlock or MySqlErrorCode.LockWaitTimeout or MySqlErrorCode.DuplicateKeyEntry or MySqlErrorCode.SubQueryNoOneRow => SqlFailure.Conflict,
        // The numbers of the server begin at 1000; what the driver says of itself, as that nobody answers, has none, or one below zero.
        null or <= MySqlErrorCode.None => SqlFailure.Unavailable,
        MySqlErrorCode.UnableToConnectToHost or MySqlErrorCode.ServerShutdown or MySqlErrorCode.TooManyUserConnections
            or MySqlErrorCode.NormalShutdown or MySqlErrorCode.ConnectionCountError or MySqlErrorCode.QueryInterrupted => SqlFailure.Unavailable,
        // A server that may only be read from, as after a failover; a connection that the server has ended, since it was idle or was killed.
        MySqlErrorCode.OptionPreventsStatement or (MySqlErrorCode)ReadOnlyMode or (MySqlErrorCode)ConnectionKilled or (MySqlErrorCode)ClientInteractionTimeout => SqlFailure.Unavailable,
        _ => SqlFailure.Permanent,
    };
}
