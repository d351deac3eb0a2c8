using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

internal static class QueueDeclarations
{
    public static Task<QueueDeclareOk> QueueDeclareAsync(this IChannel channel, QueueDeclaration queue, bool noWait, CancellationToken cancellationToken) =>
        channel.QueueDeclareAsync(
            queue.Name, queue.IsDurable, queue.IsExclusive, queue.IsAutoDelete, TableOf(queue.Arguments), passive: false, noWait, cancellationToken);

    /// <summary>A field table (AMQP 0-9-1, section 4.2.5.5).</summary>
    public static Dictionary<string, object?> TableOf(IReadOnlyDictionary<string, object> arguments) =>
        arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value);
}
