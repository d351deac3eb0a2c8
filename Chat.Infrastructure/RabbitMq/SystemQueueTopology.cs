using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>The queues by which services have the system say something, and what MassTransit sends and publishes to in their place.</summary>
internal static class SystemQueueTopology
{
    public const string Queue = "chat.system";

    /// <summary>What could not be taken.</summary>
    public const string ErrorQueue = "chat.system_error";

    /// <summary>MassTransit has an exchange before each queue, of the same name, and one for each type that is published (MassTransit, "RabbitMQ Transport").</summary>
    private const string TypeExchange = "ChatStomp.Contracts:PublishSystemMessage";

    /// <summary>
    /// RabbitMQ 4 drops what was given back to a quorum queue twenty times, as may happen while the database is away for long, unless there is another place for it
    /// ("Quorum Queues", Poison Message Handling).
    /// </summary>
    private static readonly Dictionary<string, object?> DeadLetters = new(StringComparer.Ordinal)
    {
        ["x-dead-letter-exchange"] = "",
        ["x-dead-letter-routing-key"] = ErrorQueue,
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    /// <summary>Declares all of it. A queue that is there already is taken as it is: an administrator may have given it arguments of their own.</summary>
    public static async Task DeclareAsync(IConnection connection, IChannel channel, CancellationToken cancellationToken)
    {
        if (!await IsThereAsync(connection, ErrorQueue, cancellationToken)) await DeclareQueueAsync(channel, ErrorQueue, [], cancellationToken);
        if (!await IsThereAsync(connection, Queue, cancellationToken)) await DeclareQueueAsync(channel, Queue, DeadLetters, cancellationToken);
        await channel.ExchangeDeclareAsync(Queue, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(TypeExchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        await channel.ExchangeBindAsync(Queue, TypeExchange, routingKey: "", cancellationToken: cancellationToken);
        await channel.QueueBindAsync(Queue, Queue, routingKey: "", cancellationToken: cancellationToken);
    }

    /// <summary>Kept by a majority of the broker's nodes: nothing that was confirmed is lost with one of them.</summary>
    private static Task<QueueDeclareOk> DeclareQueueAsync(IChannel channel, string name, Dictionary<string, object?> arguments, CancellationToken cancellationToken) => channel.QueueDeclareAsync(
        name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(arguments, StringComparer.Ordinal) { ["x-queue-type"] = "quorum" }, cancellationToken: cancellationToken);

    /// <summary>A question that is answered no ends its channel.</summary>
    private static async Task<bool> IsThereAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var asking = await connection.CreateChannelAsync(options: null, cancellationToken);
        try
        {
            await asking.QueueDeclarePassiveAsync(queue, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException failure) when (failure.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return false;
        }
    }
}
