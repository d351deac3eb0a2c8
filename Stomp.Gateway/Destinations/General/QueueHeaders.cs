using System.Globalization;
using Chat.Domain.Brokering;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.General;

/// <summary>How a queue or a consumer is to be, as the headers of SEND and SUBSCRIBE say it by the names of RabbitMQ's STOMP plugin.</summary>
internal static class QueueHeaders
{
    // Each has the type that RabbitMQ wants of it, so that a name may look like a number.
    private static readonly (string Name, Func<string, object> Read)[] QueueArguments =
    [
        ("x-expires", Number), ("x-message-ttl", Number), ("x-max-length", Number), ("x-max-length-bytes", Number), ("x-max-priority", Number),
        ("x-dead-letter-exchange", Text), ("x-dead-letter-routing-key", Text), ("x-queue-type", Text), ("x-max-age", Text),
        ("x-stream-max-segment-size-bytes", Number), ("x-stream-filter-size-bytes", Number), ("x-overflow", Text), ("x-single-active-consumer", Flag),
    ];

    private static readonly (string Name, Func<string, object> Read)[] ConsumerArguments =
        [("x-priority", Number), ("x-stream-offset", StreamOffset), ("x-stream-filter", Text), ("x-stream-match-unfiltered", Flag)];

    /// <summary>Whether a header of that name speaks of the queue, and not of the message.</summary>
    public static bool IsOne(string name) =>
        name is "durable" or "auto-delete" or "exclusive" or "prefetch-count" or "x-queue-name" || QueueArguments.Concat(ConsumerArguments).Any(argument => argument.Name == name);

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

    private static Dictionary<string, object> Arguments(Frame frame, (string Name, Func<string, object> Read)[] known)
    {
        var arguments = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, read) in known)
        {
            if (frame.GetHeader(System.Text.Encoding.ASCII.GetBytes(name)) is { } text) arguments[name] = read(text);
        }
        return arguments;
    }

    // What cannot be read is passed on as it is, for the broker to refuse.
    private static object Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : text;

    private static object Flag(string text) => IsTrue(text) is { } flag ? flag : text;

    private static string Text(string text) => text;

    /// <summary>A place in a stream: its number as <c>offset=N</c>, seconds as <c>timestamp=N</c>, or one that the broker has a word for (RabbitMQ STOMP plugin, Streams).</summary>
    private static object StreamOffset(string text) => text.Split('=') switch
    {
        ["offset", var number] => Number(number),
        ["timestamp", var seconds] when Number(seconds) is long number and >= 0 && number <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() => DateTimeOffset.FromUnixTimeSeconds(number),
        _ => text,
    };
}
