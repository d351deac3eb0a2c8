using Chat.Domain.Brokering;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// One session's AMQP channel, from its opening to its first failure. All but <see cref="SettleAsync"/> is called by one at a time; whatever fails here has
/// ended the channel or leaves it to the session to do so.
/// </summary>
internal sealed class BrokerChannel
{
    /// <summary>In place of AMQP's "no limit": what the broker sends waits in this process's memory.</summary>
    private const ushort MostPrefetched = 1_024;

    /// <summary>How many queues are known to be there, so that they are not declared at every message. Beyond it all are forgotten.</summary>
    private const int MostRemembered = 1_024;

    private readonly IChannel _channel;
    private readonly ExclusiveQueues _exclusive;
    private readonly BrokerDeliveries _deliveries;
    private readonly Action<BrokerException> _onFailed;
    private readonly HashSet<QueueDeclaration> _declared = [];

    private BrokerChannel(IChannel channel, ExclusiveQueues exclusive, Action<BrokerException> onFailed, Action<Exception> onListenerFailed)
    {
        _channel = channel;
        _exclusive = exclusive;
        _onFailed = onFailed;
        _deliveries = new BrokerDeliveries(channel, onListenerFailed);
    }

    public PublisherConfirms Confirms { get; } = new();

    /// <param name="connection">Where.</param>
    /// <param name="onFailed">Told, perhaps more than once, that the channel can do no more. It must return at once: the connection waits for it.</param>
    /// <param name="onListenerFailed">Told of each failure of a listener.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<BrokerChannel> OpenAsync(
        BrokerConnection connection, Action<BrokerException> onFailed, Action<Exception> onListenerFailed, CancellationToken cancellationToken)
    {
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false, consumerDispatchConcurrency: 1);
        var amqp = await connection.Amqp.CreateChannelAsync(options, cancellationToken);
        var channel = new BrokerChannel(amqp, connection.Exclusive, onFailed, onListenerFailed);
        amqp.BasicAcksAsync += (_, ack) => Answered(() => channel.Confirms.Confirm(ack.DeliveryTag, ack.Multiple));
        amqp.BasicReturnAsync += (_, returned) => Answered(() => channel.OnReturned(returned.RoutingKey));
        amqp.BasicNacksAsync += (_, _) => Answered(() => onFailed(new BrokerException(BrokerFailure.Unavailable, "RabbitMQ could not take a message.")));
        amqp.ChannelShutdownAsync += (_, reason) => Answered(() => onFailed(AmqpFailure.Of(reason)));
        return channel;
    }

    /// <summary>Hands on what comes until it is cancelled. It never fails.</summary>
    public async Task DeliverAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _deliveries.RunAsync(cancellationToken);
        }
        catch (Exception failure)
        {
            // Cancelled, the session is over already or about to be.
            if (!cancellationToken.IsCancellationRequested) _onFailed(AmqpFailure.Of(failure));
        }
    }

    /// <summary>Sends a message; the task within is done when the broker has confirmed it.</summary>
    public async Task<Task> PublishAsync(BrokerAddress to, BrokerMessage message, QueueParameters parameters, CancellationToken cancellationToken)
    {
        var mandatory = false;
        if (to is QueueAddress queue)
        {
            QueueDeclarations.Check(parameters.Arguments);
            var declaration = QueueDeclaration.Shared(queue.Name, parameters);
            await EnsureAsync(declaration, cancellationToken);
            // It is not declared at every message, and somebody may have deleted it since.
            mandatory = declaration.IsPermanent;
        }
        var (exchange, key) = BrokerNames.RouteOf(to);
        var confirm = await Confirms.AddAsync(cancellationToken);
        await _channel.BasicPublishAsync(exchange, key, mandatory, BrokerMessageCodec.PropertiesOf(message), message.Body, cancellationToken);
        return confirm;
    }

    /// <summary>Brings a subscription into effect.</summary>
    public async Task<RabbitMqBrokerSubscription> ConsumeAsync(
        RabbitMqBrokerSubscription subscription, BrokerAddress from, QueueParameters wanted, ConsumeParameters parameters, CancellationToken cancellationToken)
    {
        QueueDeclarations.Check(wanted.Arguments);
        QueueDeclarations.Check(parameters.Arguments);
        var queue = await PrepareAsync(from, wanted, parameters.DurableName, cancellationToken);
        return await ConsumeAsync(subscription, queue, parameters, cancellationToken);
    }

    /// <summary>Brings a subscription to a new queue of the session's own into effect.</summary>
    public async Task<RabbitMqBrokerSubscription> ConsumeRepliesAsync(RabbitMqBrokerSubscription subscription, CancellationToken cancellationToken) =>
        await ConsumeAsync(subscription, await DeclareAsync(QueueDeclaration.Reply, cancellationToken), new ConsumeParameters(), cancellationToken);

    public async Task CancelAsync(RabbitMqBrokerSubscription subscription, CancellationToken cancellationToken)
    {
        await _channel.BasicCancelAsync(subscription.ConsumerTag, noWait: false, cancellationToken);
        await _exclusive.ForgetAsync(subscription.Queue, cancellationToken);
    }

    public async Task DeleteAsync(string queue, CancellationToken cancellationToken)
    {
        await _channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, noWait: false, cancellationToken);
        await _exclusive.ForgetAsync(queue, cancellationToken);
    }

    /// <summary>Called by many at a time: each is one frame, and nothing comes back.</summary>
    public ValueTask SettleAsync(ulong tag, Settlement settlement, CancellationToken cancellationToken) => settlement switch
    {
        Settlement.Accept => _channel.BasicAckAsync(tag, multiple: false, cancellationToken),
        Settlement.Requeue => _channel.BasicRejectAsync(tag, requeue: true, cancellationToken),
        Settlement.Reject => _channel.BasicRejectAsync(tag, requeue: false, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(settlement), settlement, message: null),
    };

    /// <summary>Closes the channel if it is not closed already. Afterwards what was not settled is back, and the session's exclusive queues are gone.</summary>
    public async Task CloseAsync()
    {
        await _channel.AbortAsync();
        await _channel.DisposeAsync();
        await _exclusive.DeleteAsync(this, CancellationToken.None);
    }

    private async Task<RabbitMqBrokerSubscription> ConsumeAsync(
        RabbitMqBrokerSubscription subscription, string queue, ConsumeParameters parameters, CancellationToken cancellationToken)
    {
        var consumer = new Consumer(_channel, (tag, redelivered, source, message) => _deliveries.Add(subscription, new BrokerDelivery(tag, source, message, redelivered)), _onFailed);
        await _channel.BasicQosAsync(prefetchSize: 0, parameters.Prefetch == 0 ? MostPrefetched : parameters.Prefetch, global: false, cancellationToken);
        var tag = await _channel.BasicConsumeAsync(
            queue, autoAck: false, consumerTag: "", noLocal: false, exclusive: false, QueueDeclarations.TableOf(parameters.Arguments), consumer, cancellationToken);
        subscription.Begin(queue, tag);
        return subscription;
    }

    /// <summary>The name of the queue that an address is consumed from, when it is there.</summary>
    private async Task<string> PrepareAsync(BrokerAddress from, QueueParameters wanted, string? durableName, CancellationToken cancellationToken)
    {
        if (from is QueueAddress shared) return await DeclareAsync(QueueDeclaration.Shared(shared.Name, wanted), cancellationToken);

        var source = BrokerNames.RouteOf(from);
        if (from is ExistingQueueAddress or ReplyAddress)
        {
            await _exclusive.CheckAsync(source.Key, this, cancellationToken);
            return source.Key;
        }
        // First of all, so that no queue is left over when the exchange is missing.
        await _channel.ExchangeDeclarePassiveAsync(source.Exchange, cancellationToken);
        var queue = await DeclareAsync(QueueDeclaration.OfListener(source, wanted, durableName), cancellationToken);
        await _channel.QueueBindAsync(queue, source.Exchange, source.Key, arguments: null, noWait: false, cancellationToken);
        return queue;
    }

    /// <summary>As <see cref="DeclareAsync"/>, for a queue that is sent to. One that stays is declared once; one that may go by itself is declared again before each message, so that it is there.</summary>
    private async Task EnsureAsync(QueueDeclaration queue, CancellationToken cancellationToken)
    {
        var isKnown = _declared.Contains(queue);
        if (isKnown && queue.IsPermanent) return;
        if (isKnown && !queue.IsExclusive)
        {
            // Its parameters have been taken once; a refusal now ends the channel before the message that follows.
            await _channel.QueueDeclareAsync(queue, noWait: true, cancellationToken);
            return;
        }
        await DeclareAsync(queue, cancellationToken);
        if (_declared.Count == MostRemembered) _declared.Clear();
        _declared.Add(queue);
    }

    private async Task<string> DeclareAsync(QueueDeclaration queue, CancellationToken cancellationToken) =>
        queue.IsExclusive
            ? await _exclusive.DeclareAsync(_channel, queue, this, cancellationToken)
            : (await _channel.QueueDeclareAsync(queue, noWait: false, cancellationToken)).QueueName;

    // RabbitMQ confirms a message right behind its return (Consumer Acknowledgements and Publisher Confirms, "When Will Published Messages Be Confirmed"),
    // so nothing that is outstanding may count as taken by then.
    private void OnReturned(string queue)
    {
        var failure = new BrokerException(BrokerFailure.NotFound, $"NOT_FOUND - no queue '{queue}': it was deleted");
        Confirms.Fail(failure);
        _onFailed(failure);
    }

    // The client's handlers are tasks; these have nothing to wait for.
    private static Task Answered(Action what)
    {
        what();
        return Task.CompletedTask;
    }

    private sealed class Consumer(IChannel channel, Action<ulong, bool, BrokerAddress, BrokerMessage> onDelivery, Action<BrokerException> onFailed) : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body,
            CancellationToken cancellationToken = default)
        {
            onDelivery(deliveryTag, redelivered, BrokerMessageCodec.SourceOf(exchange, routingKey), BrokerMessageCodec.Read(properties, body));
            return Task.CompletedTask;
        }

        // Only the broker cancels by this method: its queue was deleted.
        public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
        {
            onFailed(new BrokerException(BrokerFailure.NotFound, "Server cancelled subscription"));
            return Task.CompletedTask;
        }
    }
}
