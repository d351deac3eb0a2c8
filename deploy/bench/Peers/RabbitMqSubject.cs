using Chat.Tests.Support.Servers;
using ChatStomp.Bench.Load;

namespace ChatStomp.Bench.Peers;

/// <summary>Debian's RabbitMQ with its Web-STOMP plugin.</summary>
internal sealed class RabbitMqSubject : Subject
{
    private readonly RabbitMqServer _server;

    private RabbitMqSubject(RabbitMqServer server) => _server = server;

    public override string Name => SubjectNames.RabbitMq;

    public override Dialect Dialect { get; } = new RabbitMqDialect();

    public override IReadOnlyList<int> Ports => [_server.WebStompPort];

    public override IReadOnlyList<int> Processes => [_server.ProcessId];

    public override bool IsDurable => true;

    public static async Task<Subject> StartAsync() => new RabbitMqSubject(await RabbitMqServer.StartWithStompAsync());

    public override ValueTask DisposeAsync() => _server.DisposeAsync();
}
