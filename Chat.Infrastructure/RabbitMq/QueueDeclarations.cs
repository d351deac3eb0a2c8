using System.Text.RegularExpressions;
using Chat.Domain.Brokering;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

internal static partial class QueueDeclarations
{
    public static Task<QueueDeclareOk> QueueDeclareAsync(this IChannel channel, QueueDeclaration queue, bool noWait, CancellationToken cancellationToken) =>
        channel.QueueDeclareAsync(
            queue.Name, queue.IsDurable, queue.IsExclusive, queue.IsAutoDelete, TableOf(queue.Arguments), passive: false, noWait, cancellationToken);

    /// <summary>A field table (AMQP 0-9-1, section 4.2.5.5).</summary>
    public static Dictionary<string, object?> TableOf(IReadOnlyDictionary<string, object> arguments) =>
        arguments.ToDictionary(argument => argument.Key, argument => argument.Value is DateTimeOffset time ? new AmqpTimestamp(time.ToUnixTimeSeconds()) : (object?)argument.Value);

    /// <summary>
    /// Refuses what RabbitMQ does not: RabbitMQ 3.10 ends the connection with INTERNAL_ERROR at a parameter of a stream that it cannot read, and with it every
    /// session of this gateway.
    /// </summary>
    /// <exception cref="BrokerException">There is such a parameter.</exception>
    public static void Check(IReadOnlyDictionary<string, object> arguments)
    {
        foreach (var (name, value) in arguments)
        {
            var isGood = name switch
            {
                "x-stream-offset" => value is DateTimeOffset or (long and >= 0) || (value is string place && StreamPlaces().IsMatch(place)),
                "x-max-age" => value is string age && Ages().IsMatch(age),
                "x-stream-max-segment-size-bytes" or "x-stream-filter-size-bytes" => value is long and >= 0,
                _ => true,
            };
            if (!isGood) throw new BrokerException(BrokerFailure.PreconditionFailed, $"PRECONDITION_FAILED - invalid arg '{name}': '{value}'");
        }
    }

    // The places that have names, and how long ago (RabbitMQ, Streams, "Consuming").
    [GeneratedRegex("^(first|last|next|[0-9]{1,9}[YMDhms])$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex StreamPlaces();

    [GeneratedRegex("^[0-9]{1,9}[YMDhms]$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Ages();
}
