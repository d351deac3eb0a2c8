using System.Globalization;
using System.Text;
using Chat.Domain.Brokering;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>Messages of general destinations as AMQP 0-9-1 messages, and back.</summary>
internal static class BrokerMessageCodec
{
    /// <summary>New properties for one message: the client may add headers of its own while it sends.</summary>
    public static BasicProperties PropertiesOf(BrokerMessage message)
    {
        var properties = new BasicProperties
        {
            ContentType = message.ContentType,
            ContentEncoding = message.ContentEncoding,
            DeliveryMode = message.IsPersistent ? DeliveryModes.Persistent : DeliveryModes.Transient,
            CorrelationId = message.CorrelationId,
            ReplyTo = message.ReplyTo,
            // Milliseconds, as text.
            Expiration = message.Expiration is { } expiration ? ((long)expiration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : null,
            MessageId = message.MessageId,
            Type = message.Type,
            UserId = message.UserId,
            AppId = message.AppId,
        };
        if (message.Priority is { } priority) properties.Priority = priority;
        if (message.Timestamp is { } timestamp) properties.Timestamp = new AmqpTimestamp(timestamp.ToUnixTimeSeconds());
        if (message.Headers.Count > 0) properties.Headers = message.Headers.ToDictionary(header => header.Key, header => (object?)header.Value);
        return properties;
    }

    /// <summary>The message with a body of its own: the client takes the memory back when its consumer returns.</summary>
    public static BrokerMessage Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body) => new(body.ToArray())
    {
        ContentType = properties.ContentType,
        ContentEncoding = properties.ContentEncoding,
        IsPersistent = properties.Persistent,
        Priority = properties.IsPriorityPresent() ? properties.Priority : null,
        CorrelationId = properties.CorrelationId,
        ReplyTo = properties.ReplyTo,
        Expiration = long.TryParse(properties.Expiration, NumberStyles.None, CultureInfo.InvariantCulture, out var expiration) ? Duration(expiration) : null,
        MessageId = properties.MessageId,
        Timestamp = properties.IsTimestampPresent() ? Instant(properties.Timestamp) : null,
        Type = properties.Type,
        UserId = properties.UserId,
        AppId = properties.AppId,
        Headers = properties.Headers is { } headers ? HeadersOf(headers) : [],
    };

    /// <summary>Where a message was sent to, as a service would name it.</summary>
    public static BrokerAddress SourceOf(string exchange, string routingKey) => exchange switch
    {
        "" => new QueueAddress(routingKey),
        BrokerNames.TopicExchange => new TopicAddress(routingKey),
        _ => new ExchangeAddress(exchange, routingKey),
    };

    private static List<KeyValuePair<string, string>> HeadersOf(IDictionary<string, object?> table)
    {
        var headers = new List<KeyValuePair<string, string>>(table.Count);
        foreach (var (name, value) in table)
        {
            // A number that RabbitMQ's .NET client puts on what it publishes, for itself.
            if (name == Constants.PublishSequenceNumberHeader) continue;
            if (Text(value) is { } text) headers.Add(new KeyValuePair<string, string>(name, text));
        }
        return headers;
    }

    // The types of a field table, AMQP 0-9-1, section 4.2.1; a long string arrives as octets. Tables, arrays and binary values have no text.
    private static string? Text(object? value) => value switch
    {
        string text => text,
        byte[] octets => Encoding.UTF8.GetString(octets),
        bool truth => truth ? "true" : "false",
        AmqpTimestamp timestamp => timestamp.UnixTime.ToString(CultureInfo.InvariantCulture),
        byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal => ((IFormattable)value).ToString(format: null, CultureInfo.InvariantCulture),
        _ => null,
    };

    // Another sender may say more than a TimeSpan or a DateTimeOffset can hold.
    private static TimeSpan Duration(long milliseconds) =>
        milliseconds <= TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.MaxValue;

    private static DateTimeOffset? Instant(AmqpTimestamp timestamp) =>
        timestamp.UnixTime >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && timestamp.UnixTime <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(timestamp.UnixTime)
            : null;
}
