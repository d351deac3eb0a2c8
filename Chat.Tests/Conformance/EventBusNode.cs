using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Chat.Tests.Conformance;

/// <summary>One gateway's end of the bus, put together as the gateway does it, with a receiver that keeps what it hears.</summary>
internal sealed class EventBusNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private EventBusNode(NodeId id, ServiceProvider services)
    {
        Id = id;
        _services = services;
        Bus = services.GetRequiredService<IEventBus>();
    }

    public NodeId Id { get; }

    public IEventBus Bus { get; }

    public RecordingReceiver Receiver { get; } = new();

    /// <summary>What the bus says to a probe.</summary>
    public async Task<HealthReportEntry> CheckHealthAsync() =>
        (await _services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["rabbitmq"];

    /// <param name="broker">Null: in process.</param>
    /// <param name="id">Null: one that nobody else has.</param>
    public static async Task<EventBusNode> StartAsync(Uri? broker, NodeId? id = null)
    {
        var settings = new Dictionary<string, string?> { ["RabbitMq:Uri"] = broker?.OriginalString };
        id ??= new NodeId($"test-{Guid.NewGuid():N}");
        var services = new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton(id)
            .AddEventBus(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        var node = new EventBusNode(id, services);
        await node.Bus.StartAsync(node.Receiver, CancellationToken.None);
        return node;
    }

    public Task PublishAsync(params PublishedEvent[] events) => Bus.PublishAsync(events, CancellationToken.None);

    public Task ListenAsync(RoomId room) => Bus.ListenAsync(room, CancellationToken.None).AsTask();

    public Task ListenAsync(UserId user) => Bus.ListenAsync(user, CancellationToken.None).AsTask();

    public Task StopListeningAsync(RoomId room) => Bus.StopListeningAsync(room, CancellationToken.None).AsTask();

    public Task StopListeningAsync(UserId user) => Bus.StopListeningAsync(user, CancellationToken.None).AsTask();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>The things that the tests send.</summary>
internal static class Sample
{
    public static RoomId NewRoom() => RoomId.New(TimeProvider.System.GetUtcNow());

    public static UserId NewUser() => UserId.Parse($"user {Guid.NewGuid():N}");

    public static PublishedEvent Message(RoomId room, long seq) =>
        new(room, seq, MessageCreated.EventName, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{ "seq":{{seq}},  "text":"안녕 👋\u0000" }""")));

    public static PublishedEvent Joined(RoomId room, long seq, UserId member) =>
        new(room, seq, MemberJoined.EventName, Encoding.UTF8.GetBytes("{}")) { Subject = member };

    public static UserSignal Read(UserId user, RoomId room, long seq) => new ReadSignal(user, room, seq, Count: 7);
}

/// <summary>Keeps what it is told, in order, for a test to take.</summary>
internal sealed class RecordingReceiver : IEventReceiver
{
    /// <summary>What stands in the record for <see cref="IEventReceiver.OnInterrupted"/>.</summary>
    public const string Interruption = "interruption";

    private readonly Channel<object> _heard = Channel.CreateUnbounded<object>();
    private readonly TaskCompletionSource _revoked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _callers;

    /// <summary>What to do within a call.</summary>
    public Action<PublishedEvent> WhenTold { get; set; } = _ => { };

    public bool WasCalledByTwoAtOnce { get; private set; }

    /// <summary>The next thing that was heard: a <see cref="PublishedEvent"/>, a <see cref="Signal"/> or <see cref="Interruption"/>.</summary>
    /// <exception cref="TimeoutException">Nothing was heard within <see cref="Patience"/>.</exception>
    public Task<object> NextAsync() => _heard.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<PublishedEvent> NextEventAsync() => (await NextAsync()).Should().BeOfType<PublishedEvent>().Subject;

    public void OnEvent(PublishedEvent published) => Hear(published, () => WhenTold(published));

    /// <summary>Completes at the first <see cref="RevokedSignal"/>. It is not in the record: every node of a broker hears it, those of other tests too.</summary>
    public Task Revoked => _revoked.Task;

    public void OnSignal(Signal signal)
    {
        if (signal is RevokedSignal) _revoked.TrySetResult();
        else Hear(signal, () => { });
    }

    public void OnInterrupted() => Hear(Interruption, () => { });

    private void Hear(object what, Action then)
    {
        WasCalledByTwoAtOnce |= Interlocked.Increment(ref _callers) != 1;
        _heard.Writer.TryWrite(what);
        then();
        Interlocked.Decrement(ref _callers);
    }
}
