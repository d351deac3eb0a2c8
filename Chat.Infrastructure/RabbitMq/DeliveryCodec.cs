using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Domain.Brokering;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// Events and signals as AMQP messages. An event's body travels as it is, and what delivery needs beside it stands in headers; a signal is a small JSON
/// object. Whose it is stands in a header too, because the routing key has only a digest of it.
/// </summary>
internal static partial class DeliveryCodec
{
    private const string Seq = "seq";
    private const string Node = "node";
    private const string Room = "room";
    private const string Event = "event";
    private const string Subject = "subject";
    private const string Ordinal = "ordinal";
    private const string Mentions = "mentions";
    private const string MentionsAll = "mentions-all";
    private const string Signal = "signal";

    /// <summary>Between users' ids, which have no control characters.</summary>
    private const char Between = '\n';

    /// <summary>New properties for one message; the client adds a header of its own while it sends, so they cannot be shared by two.</summary>
    public static BasicProperties PropertiesOf(PublishedEvent published, NodeId node)
    {
        var headers = new Dictionary<string, object?>
        {
            [Seq] = published.Seq,
            [Node] = node.Value,
            [Room] = published.RoomId.Value,
            [Event] = published.Name,
        };
        if (published.Subject is { } subject) headers[Subject] = subject.Value;
        if (published.MessageOrdinal != 0) headers[Ordinal] = published.MessageOrdinal;
        if (published.Mentions.Count > 0) headers[Mentions] = string.Join(Between, published.Mentions.Select(user => user.Value));
        if (published.MentionsAll) headers[MentionsAll] = true;
        return new BasicProperties { ContentType = "application/json", DeliveryMode = DeliveryModes.Persistent, Headers = headers };
    }

    public static BasicProperties PropertiesOf(UserSignal signal, NodeId node) => new()
    {
        ContentType = "application/json",
        DeliveryMode = DeliveryModes.Transient,
        Headers = new Dictionary<string, object?> { [Signal] = signal.Name, [Subject] = signal.UserId.Value, [Node] = node.Value },
    };

    public static byte[] BodyOf(UserSignal signal) => signal switch
    {
        ReadSignal read => JsonSerializer.SerializeToUtf8Bytes(new ReadBody(read.RoomId.Value, read.Seq, read.Count), SignalJson.Default.ReadBody),
        UserMessage message => JsonSerializer.SerializeToUtf8Bytes(MessageBody.Of(message), SignalJson.Default.MessageBody),
        NoticeSignal notice => JsonSerializer.SerializeToUtf8Bytes(NoticeBody.Of(notice.Notice), SignalJson.Default.NoticeBody),
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Every kind of signal has its body above."),
    };

    public static bool TryReadEvent(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, [NotNullWhen(true)] out PublishedEvent? published)
    {
        published = null;
        if (Text(properties, Event) is not { } name || !RoomId.TryParse(Text(properties, Room), out var room) || Number(properties, Seq) is not { } seq) return false;
        if (!TryReadSubject(properties, out var subject)) return false;
        // The client takes the body's memory back when the handler returns.
        published = new PublishedEvent(room, seq, name, body.ToArray())
        {
            Subject = subject,
            MessageOrdinal = Number(properties, Ordinal) ?? 0,
            Mentions = MentionsOf(properties),
            MentionsAll = properties.Headers!.TryGetValue(MentionsAll, out var all) && all is true,
        };
        return true;
    }

    public static bool TryReadSignal(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, [NotNullWhen(true)] out UserSignal? signal)
    {
        signal = null;
        if (Text(properties, Signal) is not { } name || !TryReadSubject(properties, out var subject) || subject is not { } user) return false;
        try
        {
            signal = name switch
            {
                ReadSignal.SignalName => JsonSerializer.Deserialize(body.Span, SignalJson.Default.ReadBody)?.ToSignal(user),
                UserMessage.SignalName => JsonSerializer.Deserialize(body.Span, SignalJson.Default.MessageBody)?.ToSignal(user),
                NoticeSignal.SignalName => JsonSerializer.Deserialize(body.Span, SignalJson.Default.NoticeBody)?.ToSignal(user),
                _ => null,
            };
            return signal is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static UserId[] MentionsOf(IReadOnlyBasicProperties properties)
    {
        if (Text(properties, Mentions) is not { } text) return [];
        var users = new List<UserId>();
        foreach (var id in text.Split(Between))
        {
            if (UserId.TryParse(id, out var user)) users.Add(user);
        }
        return [.. users];
    }

    private static bool TryReadSubject(IReadOnlyBasicProperties properties, out UserId? subject)
    {
        subject = null;
        if (Text(properties, Subject) is not { } text) return true;
        if (!UserId.TryParse(text, out var user)) return false;
        subject = user;
        return true;
    }

    // A long string of a field table arrives as octets (AMQP 0-9-1, section 4.2.5.5).
    private static string? Text(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers is { } headers && headers.TryGetValue(header, out var value) && value is byte[] octets ? Encoding.UTF8.GetString(octets) : null;

    private static long? Number(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers is { } headers && headers.TryGetValue(header, out var value) && value is long number ? number : null;

    internal sealed record ReadBody(string RoomId, long Seq, long Count)
    {
        public ReadSignal? ToSignal(UserId user) => Domain.Rooms.RoomId.TryParse(RoomId, out var room) ? new ReadSignal(user, room, Seq, Count) : null;
    }

    internal sealed record MessageBody(string Queue, BrokerMessage Message, byte[] Body)
    {
        // Memory has no JSON form of its own that is as short as that of an array.
        public static MessageBody Of(UserMessage message) => new(message.Queue, message.Message with { Body = default }, message.Message.Body.ToArray());

        public UserMessage? ToSignal(UserId user) => Queue is null || Message is null ? null : new UserMessage(user, Queue, Message with { Body = Body ?? [] });
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(ReadBody))]
    [JsonSerializable(typeof(MessageBody))]
    [JsonSerializable(typeof(NoticeBody))]
    private sealed partial class SignalJson : JsonSerializerContext;
}
