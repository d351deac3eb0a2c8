using Chat.Domain.Events;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// One connection to the broker with its four channels, from its opening to its first failure. It is never repaired: whatever breaks, a channel or the
/// connection, ends all of it, and the bus opens another.
/// </summary>
internal sealed class BrokerSession : IAsyncDisposable
{
    /// <summary>How long the broker may take to close in an orderly way; after that the socket is simply closed.</summary>
    public static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Never disposed: it has no timer, and the connection may still report its end while it is being disposed.
    private readonly CancellationTokenSource _closing = new();
    private readonly IConnection _connection;
    private readonly string _nodeQueue;
    private IChannel? _consuming;
    private Task _loops = Task.CompletedTask;

    private BrokerSession(IConnection connection, NodeId node)
    {
        _connection = connection;
        _nodeQueue = ChatTopology.NodeQueue(node);
        _connection.ConnectionShutdownAsync += OnShutdownAsync;
    }

    public EventPublisher Events { get; private set; } = null!;

    public SignalSender Signals { get; private set; } = null!;

    public BindingWriter Bindings { get; private set; } = null!;

    /// <summary>Completes with the reason when the session is of no more use. It never fails.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Connects and declares the topology. The node's queue is not bound to anything yet, and nothing is consumed.</summary>
    public static async Task<BrokerSession> OpenAsync(IConnectionFactory factory, NodeId node, CancellationToken cancellationToken)
    {
        var session = new BrokerSession(await factory.CreateConnectionAsync(ChatTopology.ConnectionName(node), cancellationToken), node);
        try
        {
            await session.OpenChannelsAsync(node, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins to hand deliveries on, one at a time.</summary>
    /// <remarks>
    /// Without acknowledgements: a node that dies or loses its connection reads what it has missed from the store, so a redelivery would bring nothing that
    /// the store does not have, and an acknowledgement per event on every node would be a frame for nothing.
    /// </remarks>
    public async Task ConsumeAsync(Action<BasicDeliverEventArgs> onDelivery, CancellationToken cancellationToken)
    {
        var consumer = new AsyncEventingBasicConsumer(_consuming!);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            onDelivery(delivery);
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) => EndAsync("the broker has cancelled the consumer of the node's queue");
        await _consuming!.BasicConsumeAsync(_nodeQueue, autoAck: true, consumer, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync("closed by this gateway");
        await _loops;
        await _connection.CloseAsync(Constants.ReplySuccess, "closed by the gateway", CloseLimit, abort: true);
        await _connection.DisposeAsync();
    }

    private async Task OpenChannelsAsync(NodeId node, CancellationToken cancellationToken)
    {
        _consuming = await OpenChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: false, publisherConfirmationTrackingEnabled: false, consumerDispatchConcurrency: 1));
        await ChatTopology.DeclareAsync(_consuming, node, cancellationToken);

        // The publisher bounds what is outstanding itself, in the order of the events; the client's own limiter delays some and so may let others pass them.
        var confirmed = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);
        Events = new EventPublisher(await OpenChannelAsync(confirmed), node);
        Signals = new SignalSender(await OpenChannelAsync(options: null), node);
        Bindings = new BindingWriter(await OpenChannelAsync(options: null), node);
        _loops = Task.WhenAll(EndWithAsync(Signals.RunAsync(_closing.Token)), EndWithAsync(Bindings.RunAsync(_closing.Token)));

        async Task<IChannel> OpenChannelAsync(CreateChannelOptions? options)
        {
            var channel = await _connection.CreateChannelAsync(options, cancellationToken);
            channel.ChannelShutdownAsync += OnShutdownAsync;
            return channel;
        }
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason) => EndAsync($"{reason.ReplyCode} {reason.ReplyText}");

    private async Task EndAsync(string reason)
    {
        if (!_ended.TrySetResult(reason)) return;
        await _closing.CancelAsync();
    }

    // The one place where a loop's failure is caught; it is logged once, as the reason why the session has ended.
    private async Task EndWithAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            await EndAsync("closed by this gateway");
        }
        catch (Exception failure)
        {
            await EndAsync(failure.Message);
        }
    }
}
