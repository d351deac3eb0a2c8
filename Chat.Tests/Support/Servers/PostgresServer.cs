using System.Diagnostics;
using Npgsql;

namespace Chat.Tests.Support.Servers;

/// <summary>PostgreSQL with its default settings. It refuses to run as root, and then runs as the account of its package.</summary>
internal sealed class PostgresServer : ServerProcess
{
    private const string Account = "postgres";

    private readonly string _data;
    private int _databases;

    private PostgresServer()
        : base("postgres") => _data = Path.Combine(Folder, "data");

    /// <summary>An instance of the caller's own; most tests share <see cref="TestServers.Postgres"/>.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var initdb = Installed.PathOf(Server.Postgres, "initdb");
        var server = new PostgresServer();
        Directory.CreateDirectory(server._data);
        if (Environment.IsPrivilegedProcess)
            await Tool.RunAsync(new ProcessStartInfo("chown", [$"{Account}:", server._data]));
        await Tool.RunAsync(AsAccount(initdb, [$"--pgdata={server._data}", $"--username={Account}", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Makes an empty database whose name begins with <paramref name="name"/>, and returns its connection string for Npgsql.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        var database = $"{name}_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString(Account));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A database's name cannot be a parameter; tests choose it.
        command.CommandText = $"create database \"{database}\"";
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
        return ConnectionString(database);
    }

    protected override ProcessStartInfo Command() => AsAccount(
        Installed.PathOf(Server.Postgres, "postgres"),
        ["-D", _data, "-c", "listen_addresses=127.0.0.1", "-c", $"port={Port}", "-c", $"unix_socket_directories={_data}", "-c", "max_connections=400"]);

    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(Account) + ";Pooling=False");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static ProcessStartInfo AsAccount(string program, string[] arguments) => Environment.IsPrivilegedProcess
        ? new ProcessStartInfo("setpriv", [$"--reuid={Account}", $"--regid={Account}", "--clear-groups", program, .. arguments])
        : new ProcessStartInfo(program, arguments);

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username={Account};Database={database};SSL Mode=Disable";
}
