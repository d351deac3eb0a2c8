using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Chat.Domain.Events;
using Chat.Infrastructure.Sql.Search;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Infrastructure.Sql.Sqlite;

/// <summary>SQLite in a file of the gateway's own, and the search index in another one beside it. The only file that names its driver.</summary>
internal sealed class SqliteDialect : ISqlDialect
{
    private const string DefaultConnectionString = "Data Source=data/chatstomp.db";
    private const int BusyError = 5;
    private const int LockedError = 6;
    private const int IoError = 10;
    private const int FullError = 13;
    private const int CantOpenError = 14;
    private const int ConstraintError = 19;
    private const int PrimaryKeyError = 1555;
    private const int NotNullError = 1299;
    private const int UniqueError = 2067;

    /// <summary>
    /// FULL: a commit is on the disk before it is acknowledged, also in WAL mode (SQLite documentation, PRAGMA synchronous). What a statement of many rows keeps for
    /// the case that it fails would otherwise be a file of its own, made and deleted in each commit. <see cref="SqliteCheckpoints"/> keeps the log short; wal_autocheckpoint
    /// is the bound, in pages, should it not get to it.
    /// </summary>
    private const string Settings =
        "pragma foreign_keys = on; pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 40000; pragma temp_store = memory; pragma cache_size = -8192; pragma busy_timeout = 5000;";

    /// <summary>
    /// NORMAL: no commit waits for the disk. After a power cut some of the last may be gone, and the file is consistent (SQLite documentation, PRAGMA synchronous: in WAL
    /// mode "a transaction … might roll back following a power loss"). How far the index is goes back with what is in it, and the walk takes up again what was lost.
    /// </summary>
    private const string SearchSettings =
        "pragma journal_mode = wal; pragma synchronous = normal; pragma temp_store = memory; pragma cache_size = -2048; pragma busy_timeout = 5000;";

    /// <summary>How long the indexer waits for another program that has locked its file, before it tries again later. The driver waits in place, and so would the gateway's end.</summary>
    private const int SearchPatienceSeconds = 5;

    private readonly string _connectionString;
    private readonly string _settings;

    /// <summary>The handles of the driver's pool that were told how to work.</summary>
    private readonly ConditionalWeakTable<sqlite3, SqliteDialect> _told = [];

    public SqliteDialect(string connectionString)
        : this("Sqlite", new SqliteConnectionStringBuilder(connectionString.Length > 0 ? connectionString : DefaultConnectionString), Settings)
    {
        var builder = new SqliteConnectionStringBuilder(_connectionString);
        if (Path.GetDirectoryName(builder.DataSource) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        builder.DataSource = SearchFileOf(builder.DataSource);
        builder.DefaultTimeout = SearchPatienceSeconds;
        Search = new SqliteDialect("Sqlite.Search", builder, SearchSettings);
    }

    private SqliteDialect(string name, SqliteConnectionStringBuilder connectionString, string settings)
    {
        Name = name;
        Terms = new SqliteTermTable(this);
        _connectionString = connectionString.ToString();
        _settings = settings;
    }

    public string Name { get; }

    public ITermTable Terms { get; }

    /// <summary>
    /// A file of its own, so that indexing keeps nobody waiting who sends: SQLite has one writer a file, and each commit makes the other connections read anew what
    /// they had in memory.
    /// </summary>
    public ISqlDialect? Search { get; }

    public bool HasOneWriter => true;

    /// <summary>Serializable makes the driver begin with BEGIN IMMEDIATE: the lock is there from the start, and no read has to be upgraded to a write.</summary>
    public IsolationLevel WriteIsolation => IsolationLevel.Serializable;

    /// <summary>The whole file is locked.</summary>
    public string ForUpdate => "";

    /// <summary>SQLite keeps the order of a CROSS JOIN (SQLite documentation, "The SQLite Query Optimizer Overview").</summary>
    public string JoinInOrder => "cross join";

    public string Begin => "begin immediate";

    public string Rows(string parameter, params ReadOnlySpan<RowColumn> columns)
    {
        var values = new List<string>(columns.Length);
        foreach (var column in columns) values.Add($"value ->> {values.Count} as {column.Name}");
        return $"(select {string.Join(", ", values)} from json_each({parameter})) j";
    }

    /// <summary>A key that is null is the conflict.</summary>
    public string Exactly(string update, string parameter) => $"{update}; insert into rooms (id) select null where changes() <> {parameter}";

    public AppendStatements CreateAppendStatements(NodeId? node) => new SqliteAppendStatements(this, node);

    public DbConnection CreateConnection() => new SqliteConnection(_connectionString);

    /// <summary>
    /// The driver keeps closed connections and opens them again; what a connection was told lasts as long as its handle does. Told each time, it would cost a
    /// small read more than the read itself.
    /// </summary>
    public async ValueTask OnOpenedAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var handle = ((SqliteConnection)connection).Handle!;
        if (_told.TryGetValue(handle, out _)) return;
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of the two above.
        command.CommandText = _settings;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
        raw.sqlite3_create_function(handle, "lower", 1, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, v: null, Lower);
        _told.TryAdd(handle, this);
    }

    /// <summary>SQLite's own knows the letter case of ASCII alone. No index is made with it.</summary>
    private static void Lower(sqlite3_context context, object? state, sqlite3_value[] arguments)
    {
        if (raw.sqlite3_value_type(arguments[0]) == raw.SQLITE_NULL) raw.sqlite3_result_null(context);
        else raw.sqlite3_result_text(context, raw.sqlite3_value_text(arguments[0]).utf8_to_string().ToLowerInvariant());
    }

    public string OnConflictUpdate(string key, params ReadOnlySpan<string> columns) => UpsertClauses.OnConflictUpdate(key, columns);

    public string OnConflictIgnore(string key) => UpsertClauses.OnConflictIgnore(key);

    public async Task UnderMigrationLockAsync(DbConnection connection, Func<Task> migrate, CancellationToken cancellationToken)
    {
        // A transaction of its own around the migrations would be in the way of theirs; the file lock beside the database serves instead.
        var path = ((SqliteConnection)connection).DataSource + ".migrating";
        using var migrating = await FileLock.TakeAsync(path, cancellationToken);
        await migrate();
    }

    /// <summary><c>chat-search.db</c> beside <c>chat.db</c>. What has no file of its own has none for the index either.</summary>
    private static string SearchFileOf(string dataSource)
    {
        if (dataSource is "" or ":memory:") return dataSource;
        var extension = Path.GetExtension(dataSource);
        return $"{dataSource[..^extension.Length]}-search{extension}";
    }

    public SqlFailure Classify(DbException exception) => (exception as SqliteException)?.SqliteErrorCode switch
    {
        ConstraintError when ((SqliteException)exception).SqliteExtendedErrorCode is UniqueError or PrimaryKeyError or NotNullError => SqlFailure.Conflict,
        // The index has one writer; who is in its way is another program, and may stay.
        BusyError or LockedError => Search is null ? SqlFailure.Unavailable : SqlFailure.Conflict,
        IoError or FullError or CantOpenError => SqlFailure.Unavailable,
        _ => SqlFailure.Permanent,
    };
}
