using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Chat.Tests.Support.Servers;

/// <summary>RabbitMQ with an Erlang port mapper of its own, so that neither sees nor disturbs what else runs on the machine.</summary>
internal sealed class RabbitMqServer : ServerProcess
{
    /// <summary>The script that runs the broker as whoever calls it; the one on the PATH changes to the package's account and its folders.</summary>
    public const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private const string ControlProgram = "/usr/lib/rabbitmq/bin/rabbitmqctl";

    private readonly Epmd _epmd;
    private readonly int _distributionPort = FreePort.Next();
    private readonly bool _speaksStomp;

    private RabbitMqServer(Epmd epmd, bool speaksStomp)
        : base("rabbitmq") => (_epmd, _speaksStomp) = (epmd, speaksStomp);

    /// <summary>For <c>RabbitMq:Uri</c>.</summary>
    public Uri Uri => new($"amqp://guest:guest@127.0.0.1:{Port}/");

    /// <summary>Where one that speaks STOMP does so over TCP.</summary>
    public int StompPort { get; } = FreePort.Next();

    /// <summary>Where it does so over WebSocket, at <c>/ws</c>.</summary>
    public int WebStompPort { get; } = FreePort.Next();

    private string StompListeners => $"""
        stomp.listeners.tcp.1 = 127.0.0.1:{StompPort}
        web_stomp.tcp.ip = 127.0.0.1
        web_stomp.tcp.port = {WebStompPort}

        """;

    /// <summary>An instance of the caller's own; most tests share <see cref="TestServers.RabbitMq"/>.</summary>
    public static Task<RabbitMqServer> StartAsync() => StartAsync(speaksStomp: false);

    /// <summary>The same with the plugins that speak STOMP, over TCP and over WebSocket.</summary>
    public static Task<RabbitMqServer> StartWithStompAsync() => StartAsync(speaksStomp: true);

    private static async Task<RabbitMqServer> StartAsync(bool speaksStomp)
    {
        var epmd = new Epmd();
        await epmd.StartAgainAsync();
        var server = new RabbitMqServer(epmd, speaksStomp);
        File.WriteAllText(Path.Combine(server.Folder, "enabled_plugins"), speaksStomp ? "[rabbitmq_stomp,rabbitmq_web_stomp]." : "[].");
        File.WriteAllText(Path.Combine(server.Folder, "rabbitmq.conf"), speaksStomp ? server.StompListeners : "");
        await server.StartAgainAsync();
        return server;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _epmd.DisposeAsync();
    }

    /// <summary>What <c>rabbitmqctl</c> says, line by line, without headings; columns are parted by tabs.</summary>
    public async Task<IReadOnlyList<string>> ControlAsync(params string[] arguments)
    {
        var output = await Tool.RunAsync(Script(ControlProgram, ["--quiet", .. arguments]));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    protected override ProcessStartInfo Command() => Script(Installed.PathOf(Server.RabbitMq, Program), []);

    private ProcessStartInfo Script(string program, IReadOnlyList<string> arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = Folder,
            ["ERL_EPMD_PORT"] = $"{_epmd.Port}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODENAME"] = $"chat{Port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{Port}",
            ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(Folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(Folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(Folder, "enabled_plugins"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(Folder, "rabbitmq.conf"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(Folder, "no-such-file"),
            // The script then becomes the Erlang machine in place of starting it as a child; -noinput because there is no input.
            ["RABBITMQ_ALLOW_INPUT"] = "true",
            ["RABBITMQ_SERVER_START_ARGS"] = "-noinput",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
            ["RABBITMQ_CTL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        };
        var command = new ProcessStartInfo(program, arguments);
        foreach (var (key, value) in environment)
            command.Environment[key] = value;
        return command;
    }

    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = Uri }.CreateConnectionAsync();
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
        return !_speaksStomp || (await ListensAsync(StompPort) && await ListensAsync(WebStompPort));
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Erlang's port mapper: the broker looks its own name up there while it starts.</summary>
    private sealed class Epmd() : ServerProcess("epmd")
    {
        protected override ProcessStartInfo Command() =>
            new(Installed.PathOf(Server.RabbitMq, "epmd"), ["-address", "127.0.0.1", "-port", $"{Port}"]);

        protected override Task<bool> AnswersAsync() => ListensAsync(Port);
    }
}
