using System.Diagnostics;
using MySqlConnector;

namespace Chat.Tests.Support.Servers;

/// <summary>MariaDB with its default settings.</summary>
internal sealed class MariaDbServer : ServerProcess
{
    private readonly string _data;
    private int _databases;

    private MariaDbServer()
        : base("mariadb") => _data = Path.Combine(Folder, "data");

    /// <summary>An instance of the caller's own; most tests share <see cref="TestServers.MariaDb"/>.</summary>
    public static async Task<MariaDbServer> StartAsync()
    {
        var install = Installed.PathOf(Server.MariaDb, "mariadb-install-db");
        var server = new MariaDbServer();
        await Tool.RunAsync(new ProcessStartInfo(
            install,
            ["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", $"--datadir={server._data}", $"--user={Environment.UserName}"]));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Makes an empty database whose name begins with <paramref name="name"/>, and returns its connection string for MySqlConnector.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        var database = $"{name}_{Interlocked.Increment(ref _databases)}";
        await using var connection = new MySqlConnection(ConnectionString(database: ""));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A database's name cannot be a parameter; tests choose it.
        command.CommandText = $"create database `{database}` character set utf8mb4";
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
        return ConnectionString(database);
    }

    protected override ProcessStartInfo Command() => new(
        Installed.PathOf(Server.MariaDb, "mariadbd"),
        [
            "--no-defaults",
            $"--datadir={_data}",
            "--bind-address=127.0.0.1",
            $"--port={Port}",
            $"--socket={Folder}/socket",
            $"--user={Environment.UserName}",
            "--max-connections=2000",
            // Which rows statements read, for those tests that count them.
            "--userstat=1",
        ]);

    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new MySqlConnection(ConnectionString(database: "") + ";Pooling=False");
            await connection.OpenAsync();
            return true;
        }
        catch (MySqlException)
        {
            return false;
        }
    }

    private string ConnectionString(string database) =>
        $"Server=127.0.0.1;Port={Port};User ID=root;Database={database};SslMode=Disabled;AllowPublicKeyRetrieval=True;CharSet=utf8mb4";
}
