using Chat.Tests.Support.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Conformance;

/// <summary>What the suites of the stores have in common: a database of the test's own, and a node on it.</summary>
/// <param name="database">Which kind of database.</param>
public abstract class StoreSuite(StoreDatabase database) : IAsyncLifetime
{
    private string _connectionString = "";

    private protected StoreNode Node { get; private set; } = null!;

    /// <summary>As <c>Database:Provider</c> has it.</summary>
    private protected string Provider => database.Provider;

    public virtual async Task InitializeAsync()
    {
        _connectionString = await database.CreateAsync();
        Node = await StartNodeAsync();
    }

    public virtual async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        database.Drop(_connectionString);
    }

    /// <summary>One more gateway on the same database.</summary>
    private protected Task<StoreNode> StartNodeAsync(TimeProvider? time = null) => StoreNode.StartAsync(database.Provider, _connectionString, time);

    /// <summary>Another database, in which nothing was ever done.</summary>
    private protected async Task<StoreNode> CreateOnEmptyAsync() => StoreNode.Create(database.Provider, await database.CreateAsync());

    /// <summary>Moves a clock on until something is so, and so slowly that what is due within a millisecond of it has ten to be done in.</summary>
    private protected static Task AdvanceUntilAsync(FakeTimeProvider clock, Func<Task<bool>> isSo) => EventuallyAsync(() =>
    {
        clock.Advance(TimeSpan.FromMilliseconds(2));
        return isSo();
    });

    private protected StoreNode CreateNode() => StoreNode.Create(database.Provider, _connectionString);
}

/// <summary>A kind of database that the suites run on.</summary>
public abstract class StoreDatabase
{
    public static readonly StoreDatabase Sqlite = new SqliteFile();
    public static readonly StoreDatabase MySql = new MySqlServer();
    public static readonly StoreDatabase Postgres = new PostgresServerDatabase();

    /// <summary>As <c>Database:Provider</c> has it.</summary>
    public abstract string Provider { get; }

    /// <summary>Makes an empty database and returns its connection string.</summary>
    public abstract Task<string> CreateAsync();

    /// <summary>Removes what would stay behind on the disk.</summary>
    public virtual void Drop(string connectionString)
    {
    }

    private sealed class SqliteFile : StoreDatabase
    {
        public override string Provider => "sqlite";

        public override Task<string> CreateAsync() => Task.FromResult($"Data Source={Path.Combine(Directory.CreateTempSubdirectory("chatstomp-").FullName, "chat.db")}");

        public override void Drop(string connectionString)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(Path.GetDirectoryName(connectionString["Data Source=".Length..])!, recursive: true);
        }
    }

    private sealed class MySqlServer : StoreDatabase
    {
        public override string Provider => "mysql";

        public override async Task<string> CreateAsync() => await (await TestServers.MariaDb).CreateDatabaseAsync("stores");
    }

    private sealed class PostgresServerDatabase : StoreDatabase
    {
        public override string Provider => "postgres";

        public override async Task<string> CreateAsync() => await (await TestServers.Postgres).CreateDatabaseAsync("stores");
    }
}
