using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Chat.Tests.Support.Servers;

/// <summary>Redis with an append-only file, so that it comes back with what it had acknowledged: the system has it by then, which a killed process does not undo.</summary>
internal sealed class RedisServer : ServerProcess
{
    private RedisServer()
        : base("redis")
    {
    }

    /// <summary>For <c>Redis:ConnectionString</c>.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>An instance of the caller's own; most tests share <see cref="TestServers.Redis"/>.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Sends one inline command (Redis protocol, "Inline commands") and returns the first line of the answer.</summary>
    public async Task<string> AskAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n" };
        using var reader = new StreamReader(stream);
        await writer.WriteLineAsync(command);
        await writer.FlushAsync();
        return await reader.ReadLineAsync() ?? throw new IOException("Redis closed the connection.");
    }

    protected override ProcessStartInfo Command() => new(
        Installed.PathOf(Server.Redis, "redis-server"),
        ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", Folder, "--appendonly", "yes", "--appendfsync", "no"]);

    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            // While it loads its file it answers "-LOADING".
            return await AskAsync("PING") == "+PONG";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
