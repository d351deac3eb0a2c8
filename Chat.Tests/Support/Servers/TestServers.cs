namespace Chat.Tests.Support.Servers;

/// <summary>
/// The servers that tests share: each starts when the first test asks for it, once in a run, and ends with the test process. Whoever
/// kills a server starts an instance of their own by its class.
/// </summary>
internal static class TestServers
{
    private static readonly Lazy<Task<MariaDbServer>> LazyMariaDb = new(MariaDbServer.StartAsync);
    private static readonly Lazy<Task<PostgresServer>> LazyPostgres = new(PostgresServer.StartAsync);
    private static readonly Lazy<Task<RedisServer>> LazyRedis = new(RedisServer.StartAsync);
    private static readonly Lazy<Task<RabbitMqServer>> LazyRabbitMq = new(RabbitMqServer.StartAsync);

    public static Task<MariaDbServer> MariaDb => LazyMariaDb.Value;

    public static Task<PostgresServer> Postgres => LazyPostgres.Value;

    public static Task<RedisServer> Redis => LazyRedis.Value;

    public static Task<RabbitMqServer> RabbitMq => LazyRabbitMq.Value;
}
