using System.Globalization;
using Chat.Domain.Brokering;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.General;

/// <summary>How a queue or a consumer is to be, as the headers of SEND and SUBSCRIBE say it by the names of RabbitMQ's STOMP plugin.</summary>
internal static class QueueHeaders
{
    private static readonly string[] QueueArguments =
    [
        "x-expires", "x-message-ttl", "x-max-length", "x-max-length-bytes", "x-max-priority", "x-dead-letter-exchange", "x-dead-letter-routing-key",
        "x-queue-type", "x-max-age", "x-stream-max-segment-size-bytes", "x-stream-filter-size-bytes", "x-overflow", "x-single-active-consumer",
    ];

    private static readonly string[] ConsumerArguments = ["x-priority", "x-stream-offset", "x-stream-filter", "x-stream-match-unfiltered"];

    /// <summary>Whether a header of that name speaks of the queue, and not of the message.</summary>
    public static bool IsOne(string name) =>
        name is "durable" or "auto-delete" or "exclusive" or "prefetch-count" or "x-queue-name" || QueueArguments.Contains(name) || ConsumerArguments.Contains(name);

    /// <summary>The same headers have the same meaning on both frames; but on SUBSCRIBE <c>persistent</c> is an old name of <c>durable</c>.</summary>
    public static QueueParameters Queue(Frame frame) => new()
    {
        IsDurable = IsTrue(frame.GetHeader("durable"u8) ?? (frame.Command is StompCommand.Subscribe ? frame.GetHeader("persistent"u8) : null)),
        IsAutoDelete = IsTrue(frame.GetHeader("auto-delete"u8)),
        IsExclusive = IsTrue(frame.GetHeader("exclusive"u8)),
        Name = frame.GetHeader("x-queue-name"u8),
        Arguments = Arguments(frame, QueueArguments),
    };

    /// <summary>How the messages of a SUBSCRIBE are to come.</summary>
    /// <param name="durableName">The name of the queue that keeps what comes while the client is away.</param>
    public static ConsumeParameters Consumer(Frame frame, AckMode ack, string? durableName) => new()
    {
        Prefetch = ushort.TryParse(frame.GetHeader("prefetch-count"u8), NumberStyles.None, CultureInfo.InvariantCulture, out var prefetch) ? prefetch : (ushort)0,
        IsSettledByListener = ack is not AckMode.Auto,
        Arguments = Arguments(frame, ConsumerArguments),
        DurableName = durableName,
    };

    public static bool? IsTrue(string? text) => text switch
    {
        "true" or "True" => true,
        "false" or "False" => false,
        _ => null,
    };

    private static Dictionary<string, object> Arguments(Frame frame, string[] names)
    {
        var arguments = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (frame.GetHeader(System.Text.Encoding.ASCII.GetBytes(name)) is not { } text) continue;
            arguments[name] = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
                : IsTrue(text) is { } flag ? flag
                : text;
        }
        return arguments;
    }
}
