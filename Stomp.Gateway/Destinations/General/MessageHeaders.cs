using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using Chat.Domain.Brokering;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.General;

/// <summary>
/// A message's properties as headers, both ways, by the names of RabbitMQ's STOMP plugin. What is not among them is a header of the sender's own and is passed on.
/// </summary>
internal static class MessageHeaders
{
    /// <summary>What the server itself says of a message or of its delivery, and what a SEND says to the server.</summary>
    private static readonly FrozenSet<string> ServerOwned = FrozenSet.ToFrozenSet(
    [
        "destination", "content-length", "message-id", "subscription", "ack", "redelivered", "receipt", "transaction", "content-type", "content-encoding",
        "persistent", "priority", "correlation-id", "reply-to", "expiration", "amqp-message-id", "timestamp", "type", "user-id", "app-id",
    ]);

    /// <summary>The message of a SEND. What it borrows of the frame is copied.</summary>
    public static BrokerMessage Read(Frame frame)
    {
        var headers = new List<KeyValuePair<string, string>>();
        for (var i = 0; i < frame.HeaderCount; i++)
        {
            var (name, value) = frame.GetHeaderAt(i);
            // Of repeated headers the first counts (STOMP 1.2, Repeated Header Entries).
            if (!IsServerOwned(name) && !QueueHeaders.IsOne(name) && !headers.Exists(h => h.Key == name)) headers.Add(new(name, value));
        }
        return new BrokerMessage(frame.Body.ToArray())
        {
            ContentType = frame.GetHeader("content-type"u8),
            ContentEncoding = frame.GetHeader("content-encoding"u8),
            IsPersistent = QueueHeaders.IsTrue(frame.GetHeader("persistent"u8)) ?? false,
            Priority = byte.TryParse(frame.GetHeader("priority"u8), NumberStyles.None, CultureInfo.InvariantCulture, out var priority) ? priority : null,
            CorrelationId = frame.GetHeader("correlation-id"u8),
            ReplyTo = frame.GetHeader("reply-to"u8),
            Expiration = Milliseconds(frame.GetHeader("expiration"u8)),
            MessageId = frame.GetHeader("amqp-message-id"u8),
            Timestamp = Seconds(frame.GetHeader("timestamp"u8)),
            Type = frame.GetHeader("type"u8),
            UserId = frame.GetHeader("user-id"u8),
            AppId = frame.GetHeader("app-id"u8),
            Headers = headers,
        };
    }

    /// <summary>The headers of a MESSAGE that come from its sender, in an order that is always the same.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Write(BrokerMessage message)
    {
        if (message.ContentType is { } contentType) yield return new("content-type", contentType);
        if (message.ContentEncoding is { } encoding) yield return new("content-encoding", encoding);
        if (message.IsPersistent) yield return new("persistent", "true");
        if (message.Priority is { } priority) yield return new("priority", Text(priority));
        if (message.CorrelationId is { } correlation) yield return new("correlation-id", correlation);
        if (message.ReplyTo is { } replyTo) yield return new("reply-to", ReplyDestination(replyTo));
        if (message.Expiration is { } expiration) yield return new("expiration", Text((long)expiration.TotalMilliseconds));
        if (message.MessageId is { } id) yield return new("amqp-message-id", id);
        if (message.Timestamp is { } timestamp) yield return new("timestamp", Text(timestamp.ToUnixTimeSeconds()));
        if (message.Type is { } type) yield return new("type", type);
        if (message.UserId is { } user) yield return new("user-id", user);
        if (message.AppId is { } app) yield return new("app-id", app);
        // A header of an AMQP sender's that looks like one of ours would be taken for it.
        foreach (var header in message.Headers.Where(h => !IsServerOwned(h.Key))) yield return header;
    }

    /// <summary>Blanks around a name do not make it another one: stompjs 2 and other libraries of 1.0 trim them.</summary>
    private static bool IsServerOwned(string name) => ServerOwned.Contains(name.Trim());

    /// <summary>A queue's bare name, as AMQP has it, is answered to by the destination of that queue.</summary>
    private static string ReplyDestination(string replyTo) => replyTo.StartsWith('/') ? replyTo : GeneralDestination.Format(new ReplyAddress(replyTo));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What does not parse is left out, as the plugin does.</summary>
    private static TimeSpan? Milliseconds(string? text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? TimeSpan.FromMilliseconds(number) : null;

    private static DateTimeOffset? Seconds(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(number)
            : null;
}
