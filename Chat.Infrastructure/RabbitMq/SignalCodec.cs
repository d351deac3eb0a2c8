using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Domain.Brokering;
using Chat.Domain.Events;
using Chat.Domain.Presence;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// Signals as AMQP messages: a small JSON object. Whose it is, and of which room, stands in headers, because the routing key has only a digest of the user.
/// </summary>
internal static partial class SignalCodec
{
    private const string Signal = "signal";

    public static BasicProperties PropertiesOf(Signal signal, NodeId node)
    {
        var headers = new Dictionary<string, object?> { [Signal] = signal.Name, [DeliveryCodec.Node] = node.Value };
        if (signal is UserSignal toUser) headers[DeliveryCodec.Subject] = toUser.UserId.Value;
        if (signal is RoomSignal toRoom) (headers[DeliveryCodec.Subject], headers[DeliveryCodec.Room]) = (toRoom.UserId.Value, toRoom.RoomId.Value);
        return new BasicProperties { ContentType = "application/json", DeliveryMode = DeliveryModes.Transient, Headers = headers };
    }

    public static byte[] BodyOf(Signal signal) => signal switch
    {
        ReadSignal read => JsonSerializer.SerializeToUtf8Bytes(new ReadBody(read.RoomId.Value, read.Seq, read.Count, read.GoesBack), SignalJson.Default.ReadBody),
        ListingSignal listing => JsonSerializer.SerializeToUtf8Bytes(new ListingBody(listing.RoomId.Value), SignalJson.Default.ListingBody),
        UserMessage message => JsonSerializer.SerializeToUtf8Bytes(MessageBody.Of(message), SignalJson.Default.MessageBody),
        NoticeSignal notice => JsonSerializer.SerializeToUtf8Bytes(NoticeBody.Of(notice.Notice), SignalJson.Default.NoticeBody),
        TypingSignal typing => JsonSerializer.SerializeToUtf8Bytes(new TypingBody(typing.On), SignalJson.Default.TypingBody),
        PresenceSignal presence => JsonSerializer.SerializeToUtf8Bytes(PresenceBody.Of(presence.Presence), SignalJson.Default.PresenceBody),
        ReadPositionSignal position => JsonSerializer.SerializeToUtf8Bytes(new PositionBody(position.Seq), SignalJson.Default.PositionBody),
        RevokedSignal => "{}"u8.ToArray(),
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Every kind of signal has its body above."),
    };

    public static bool TryRead(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, [NotNullWhen(true)] out Signal? signal)
    {
        signal = null;
        if (DeliveryCodec.Text(properties, Signal) is not { } name) return false;
        if (name == RevokedSignal.SignalName)
        {
            signal = new RevokedSignal();
            return true;
        }
        if (!DeliveryCodec.TryReadSubject(properties, out var subject) || subject is not { } user) return false;
        try
        {
            signal = RoomId.TryParse(DeliveryCodec.Text(properties, DeliveryCodec.Room), out var room)
                ? ReadRoomSignal(name, room, user, body.Span)
                : ReadUserSignal(name, user, body.Span);
            return signal is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static UserSignal? ReadUserSignal(string name, UserId user, ReadOnlySpan<byte> body) => name switch
    {
        ReadSignal.SignalName => JsonSerializer.Deserialize(body, SignalJson.Default.ReadBody)?.ToSignal(user),
        ListingSignal.SignalName => JsonSerializer.Deserialize(body, SignalJson.Default.ListingBody)?.ToSignal(user),
        UserMessage.SignalName => JsonSerializer.Deserialize(body, SignalJson.Default.MessageBody)?.ToSignal(user),
        NoticeSignal.SignalName => JsonSerializer.Deserialize(body, SignalJson.Default.NoticeBody)?.ToSignal(user),
        _ => null,
    };

    private static RoomSignal? ReadRoomSignal(string name, RoomId room, UserId user, ReadOnlySpan<byte> body) => name switch
    {
        TypingSignal.SignalName => JsonSerializer.Deserialize(body, SignalJson.Default.TypingBody) is { } typing ? new TypingSignal(room, user, typing.On) : null,
        PresenceSignal.SignalName => JsonSerializer.Deserialize(body, SignalJson.Default.PresenceBody)?.ToSignal(room, user),
        ReadPositionSignal.SignalName => JsonSerializer.Deserialize(body, SignalJson.Default.PositionBody) is { } at ? new ReadPositionSignal(room, user, at.Seq) : null,
        _ => null,
    };

    internal sealed record TypingBody(bool On);

    internal sealed record PositionBody(long Seq);

    /// <param name="State">By its name in lower case.</param>
    /// <param name="LastSeenAt">In milliseconds since 1970 (UTC).</param>
    internal sealed record PresenceBody(string State, long? LastSeenAt)
    {
        public static PresenceBody Of(UserPresence presence) => new(presence.State.ToString().ToLowerInvariant(), presence.LastSeenAt?.ToUnixTimeMilliseconds());

        public PresenceSignal? ToSignal(RoomId room, UserId user) => Enum.TryParse<PresenceState>(State, ignoreCase: true, out var state)
            ? new PresenceSignal(room, user, new UserPresence(state, LastSeenAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null))
            : null;
    }

    internal sealed record ReadBody(
        string RoomId, long Seq, long Count, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Back = false)
    {
        public ReadSignal? ToSignal(UserId user) => Domain.Rooms.RoomId.TryParse(RoomId, out var room) ? new ReadSignal(user, room, Seq, Count, Back) : null;
    }

    internal sealed record ListingBody(string RoomId)
    {
        public ListingSignal? ToSignal(UserId user) => Domain.Rooms.RoomId.TryParse(RoomId, out var room) ? new ListingSignal(user, room) : null;
    }

    internal sealed record MessageBody(string Queue, BrokerMessage Message, byte[] Body)
    {
        // Memory has no JSON form of its own that is as short as that of an array.
        public static MessageBody Of(UserMessage message) => new(message.Queue, message.Message with { Body = default }, message.Message.Body.ToArray());

        public UserMessage? ToSignal(UserId user) => Queue is null || Message is null ? null : new UserMessage(user, Queue, Message with { Body = Body ?? [] });
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(ReadBody))]
    [JsonSerializable(typeof(ListingBody))]
    [JsonSerializable(typeof(NoticeBody))]
    [JsonSerializable(typeof(MessageBody))]
    [JsonSerializable(typeof(TypingBody))]
    [JsonSerializable(typeof(PresenceBody))]
    [JsonSerializable(typeof(PositionBody))]
    private sealed partial class SignalJson : JsonSerializerContext;
}
