using System.Buffers;
using System.Text;

namespace ChatStomp.Bench.Load;

/// <summary>How a client speaks to one kind of server, within its WebSocket messages. All of them have rooms that are listened to and sent to.</summary>
internal abstract class Dialect
{
    /// <summary>Path and query of the handshake.</summary>
    public abstract string Path { get; }

    public virtual string? Subprotocol => null;

    /// <summary>Whether all of it goes by TLS.</summary>
    public virtual bool IsSecure => false;

    /// <summary>What the client says once the socket is open, and a part of the answer that lets it in.</summary>
    public abstract (byte[] Say, byte[] Hear)? Hello(Account account);

    /// <summary>How it begins to listen to a room, and a part of the answer from when on it gets everything.</summary>
    /// <param name="room">Which.</param>
    /// <param name="since">The last event that it has seen; null to begin with what comes.</param>
    public abstract (byte[] Say, byte[] Hear) Listen(Room room, long? since);

    /// <summary>Writes what sends a message of this text to a room, without an answer.</summary>
    public abstract void Send(IBufferWriter<byte> to, Room room, ReadOnlySpan<byte> text);

    /// <summary>Writes what sends a message that is stored, and answered when it is.</summary>
    public virtual void SendDurably(IBufferWriter<byte> to, Room room, ReadOnlySpan<byte> text, long number) =>
        throw new NotSupportedException("This server stores nothing.");

    /// <summary>The beginning of the answer to <see cref="SendDurably"/>.</summary>
    public static byte[] Receipt { get; } = "RECEIPT"u8.ToArray();

    protected static byte[] Octets(string text) => Encoding.UTF8.GetBytes(text);
}

/// <summary>Who connects.</summary>
/// <param name="Id">A user id.</param>
/// <param name="Token">A bearer token of that user; empty where the server asks for none.</param>
internal sealed record Account(string Id, string Token);

/// <summary>A room as scenarios number it, and as the server calls it.</summary>
internal sealed record Room(int Number, string Id);

/// <summary>ChatStomp, by STOMP 1.2 over WebSocket: the token in CONNECT, messages with a clientMessageId, as a client that loses nothing sends them.</summary>
internal class ChatStompDialect : Dialect
{
    // Of this run: a clientMessageId that was used before would store nothing.
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private long _sent;

    public override string Path => "/ws";

    public override string? Subprotocol => "v12.stomp";

    public override (byte[] Say, byte[] Hear)? Hello(Account account) =>
        (Octets($"CONNECT\naccept-version:1.2\nhost:bench\nheart-beat:0,0\nAuthorization:Bearer {account.Token}\n\n\0"), Octets("CONNECTED"));

    public override (byte[] Say, byte[] Hear) Listen(Room room, long? since) => (
        Octets($"SUBSCRIBE\nid:{room.Number}\ndestination:/topic/rooms/{room.Id}\n{(since is { } seq ? $"since:{seq}\n" : "")}receipt:on-{room.Number}\n\n\0"),
        Octets("RECEIPT"));

    public override void Send(IBufferWriter<byte> to, Room room, ReadOnlySpan<byte> text) => Write(to, room, text, "");

    public override void SendDurably(IBufferWriter<byte> to, Room room, ReadOnlySpan<byte> text, long number) => Write(to, room, text, $"receipt:{number}\n");

    private void Write(IBufferWriter<byte> to, Room room, ReadOnlySpan<byte> text, string headers)
    {
        var id = $"{_run}-{Interlocked.Increment(ref _sent)}";
        to.Write(Octets($"SEND\ndestination:/app/rooms/{room.Id}/messages\ncontent-type:application/json\n{headers}\n{{\"clientMessageId\":\"{id}\",\"text\":\""));
        to.Write(text);
        to.Write("\"}\0"u8);
    }
}

/// <summary>The same within SockJS's websocket transport.</summary>
internal sealed class SockJsDialect : ChatStompDialect
{
    public override string Path => $"/ws/000/{Guid.NewGuid():N}/websocket";

    public override string? Subprotocol => null;

    public override (byte[] Say, byte[] Hear)? Hello(Account account) => Wrap(base.Hello(account)!.Value);

    public override (byte[] Say, byte[] Hear) Listen(Room room, long? since) => Wrap(base.Listen(room, since));

    private static (byte[] Say, byte[] Hear) Wrap((byte[] Say, byte[] Hear) exchange) =>
        (Octets($"[{System.Text.Json.JsonSerializer.Serialize(Encoding.UTF8.GetString(exchange.Say))}]"), exchange.Hear);
}

/// <summary>The same by TLS.</summary>
internal sealed class SecureDialect : ChatStompDialect
{
    public override bool IsSecure => true;
}

/// <summary>RabbitMQ's Web-STOMP: rooms are topics of the default exchange, what is stored goes to durable queues.</summary>
internal sealed class RabbitMqDialect : Dialect
{
    public override string Path => "/ws";

    public override string? Subprotocol => "v12.stomp";

    public override (byte[] Say, byte[] Hear)? Hello(Account account) =>
        (Octets("CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\nheart-beat:0,0\n\n\0"), Octets("CONNECTED"));

    public override (byte[] Say, byte[] Hear) Listen(Room room, long? since) =>
        (Octets($"SUBSCRIBE\nid:{room.Number}\ndestination:/topic/room-{room.Id}\nreceipt:on-{room.Number}\n\n\0"), Octets("RECEIPT"));

    public override void Send(IBufferWriter<byte> to, Room room, ReadOnlySpan<byte> text) => Write(to, $"SEND\ndestination:/topic/room-{room.Id}\n\n", text);

    public override void SendDurably(IBufferWriter<byte> to, Room room, ReadOnlySpan<byte> text, long number) =>
        Write(to, $"SEND\ndestination:/queue/room-{room.Id}\npersistent:true\nreceipt:{number}\n\n", text);

    private static void Write(IBufferWriter<byte> to, string head, ReadOnlySpan<byte> text)
    {
        to.Write(Octets(head));
        to.Write(text);
        to.Write("\0"u8);
    }
}

/// <summary>ASP.NET Core SignalR's JSON protocol without negotiation.</summary>
internal sealed class SignalRDialect : Dialect
{
    private const char End = '\u001e';

    public override string Path => "/hub";

    public override (byte[] Say, byte[] Hear)? Hello(Account account) => (Octets($$"""{"protocol":"json","version":1}{{End}}"""), Octets($$"""{}{{End}}"""));

    public override (byte[] Say, byte[] Hear) Listen(Room room, long? since) =>
        (Octets($$"""{"type":1,"invocationId":"1","target":"Join","arguments":["{{room.Id}}"]}{{End}}"""), Octets("\"type\":3"));

    public override void Send(IBufferWriter<byte> to, Room room, ReadOnlySpan<byte> text)
    {
        to.Write(Octets($$"""{"type":1,"target":"Send","arguments":["{{room.Id}}",""" + "\""));
        to.Write(text);
        to.Write(Octets($"\"]}}{End}"));
    }
}

/// <summary>The bare fan-out: <c>J room</c> to listen, <c>S room text</c> to send.</summary>
internal sealed class FanOutDialect : Dialect
{
    public override string Path => "/";

    public override (byte[] Say, byte[] Hear)? Hello(Account account) => null;

    public override (byte[] Say, byte[] Hear) Listen(Room room, long? since) => (Octets($"J {room.Id}"), Octets("joined"));

    public override void Send(IBufferWriter<byte> to, Room room, ReadOnlySpan<byte> text)
    {
        to.Write(Octets($"S {room.Id} "));
        to.Write(text);
    }
}
