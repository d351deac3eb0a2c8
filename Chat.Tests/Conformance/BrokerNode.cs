using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Chat.Domain.Brokering;
using Chat.Domain.Events;
using Chat.Infrastructure.InProcess;
using Chat.Infrastructure.RabbitMq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Conformance;

/// <summary>One gateway's broker, put together as the gateway does it.</summary>
internal sealed class BrokerNode(IBroker broker, IAsyncDisposable services) : IAsyncDisposable
{
    /// <summary>A node that reaches RabbitMQ there.</summary>
    public static BrokerNode Start(Uri uri, NodeId? id = null)
    {
        var settings = new Dictionary<string, string?> { ["RabbitMq:Uri"] = uri.OriginalString };
        var services = new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton(id ?? new NodeId($"test-{Guid.NewGuid():N}"))
            .AddRabbitMq(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        return new BrokerNode(services.GetRequiredService<IBroker>(), services);
    }

    /// <summary>A node that works alone.</summary>
    public static BrokerNode StartInProcess(TimeProvider? time = null)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(time ?? TimeProvider.System).AddInProcessBroker().BuildServiceProvider();
        return new BrokerNode(services.GetRequiredService<IBroker>(), services);
    }

    public BrokerClient Open() => new(broker);

    public ValueTask DisposeAsync() => services.DisposeAsync();
}

/// <summary>A session with the notes that a test takes of it.</summary>
internal sealed class BrokerClient : IAsyncDisposable
{
    private readonly TaskCompletionSource<BrokerException> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<BrokerException> _failures = new();

    public BrokerClient(IBroker broker) => Session = broker.Open(failure =>
    {
        _failures.Enqueue(failure);
        _failed.TrySetResult(failure);
    });

    public IBrokerSession Session { get; }

    /// <summary>All that the session has reported.</summary>
    public IReadOnlyCollection<BrokerException> Failures => _failures;

    /// <summary>What the session reports when it has failed.</summary>
    public Task<BrokerException> FailureAsync() => _failed.Task.WaitAsync(Patience);

    public Task PublishAsync(BrokerAddress to, string text, QueueParameters? parameters = null) => PublishAsync(to, Text.Message(text), parameters);

    public Task PublishAsync(BrokerAddress to, BrokerMessage message, QueueParameters? parameters = null) =>
        Session.PublishAsync(to, message, parameters ?? QueueParameters.Default).WaitAsync(Patience);

    public async Task<Listener> ListenAsync(BrokerAddress from, QueueParameters? queue = null, ConsumeParameters? parameters = null)
    {
        var listener = new Listener(this);
        listener.Subscription = await Session.ConsumeAsync(from, queue ?? QueueParameters.Default, parameters ?? new ConsumeParameters(), listener.OnDeliveryAsync, CancellationToken.None)
            .WaitAsync(Patience);
        return listener;
    }

    /// <summary>A listener that says of each message what becomes of it.</summary>
    public Task<Listener> ListenAndSettleAsync(BrokerAddress from, ushort prefetch = 0, QueueParameters? queue = null) =>
        ListenAsync(from, queue, new ConsumeParameters { Prefetch = prefetch, IsSettledByListener = true });

    public async Task<(string Queue, Listener Listener)> OpenReplyQueueAsync()
    {
        var listener = new Listener(this);
        return (await Session.OpenReplyQueueAsync(listener.OnDeliveryAsync, CancellationToken.None).WaitAsync(Patience), listener);
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}

/// <summary>Keeps what comes to it, in order, for a test to take.</summary>
internal sealed class Listener(BrokerClient client)
{
    private readonly Channel<BrokerDelivery> _heard = Channel.CreateUnbounded<BrokerDelivery>();
    private int _callers;

    public IBrokerSubscription Subscription { get; set; } = null!;

    /// <summary>What to do within a call.</summary>
    public Func<BrokerDelivery, Task> WhenTold { get; set; } = _ => Task.CompletedTask;

    public bool WasCalledByTwoAtOnce { get; private set; }

    /// <exception cref="TimeoutException">Nothing came for half a minute.</exception>
    public Task<BrokerDelivery> NextAsync() => _heard.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<string> NextTextAsync() => Text.Of(await NextAsync());

    public async Task<IReadOnlyList<BrokerDelivery>> TakeAsync(int count)
    {
        var taken = new List<BrokerDelivery>();
        while (taken.Count < count) taken.Add(await NextAsync());
        return taken;
    }

    public Task SettleAsync(BrokerDelivery delivery, Settlement settlement) => client.Session.SettleAsync(delivery.Tag, settlement);

    public async ValueTask OnDeliveryAsync(BrokerDelivery delivery)
    {
        WasCalledByTwoAtOnce |= Interlocked.Increment(ref _callers) != 1;
        _heard.Writer.TryWrite(delivery);
        try
        {
            await WhenTold(delivery);
        }
        finally
        {
            Interlocked.Decrement(ref _callers);
        }
    }
}

/// <summary>Messages that are a word.</summary>
internal static class Text
{
    public static BrokerMessage Message(string text) => new(Encoding.UTF8.GetBytes(text)) { IsPersistent = true };

    public static string Of(BrokerDelivery delivery) => Encoding.UTF8.GetString(delivery.Message.Body.Span);
}
