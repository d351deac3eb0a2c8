using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>What the node's queue is bound to: an exchange, and the keys that it wants from there.</summary>
internal readonly record struct NodeBinding(string Exchange, string Key);

/// <summary>Every name that the chat has in the broker, and how it is declared (docs/protocol.md, section "RabbitMQ").</summary>
internal static class ChatTopology
{
    /// <summary>Every durable event, keyed <c>room.{roomId}.{event}</c>. Services bind queues of their own.</summary>
    public const string Events = "chat.events";

    /// <summary>What is not stored: to one user's sessions, keyed <c>user.{token}.{what}</c>, and to those who look at a room, keyed <c>room.{roomId}.{what}</c>.</summary>
    public const string Signals = "chat.signals";

    /// <summary>What every node has to hear.</summary>
    public const string Control = "chat.control";

    /// <summary>16 of SHA-256's octets, 22 characters: too many for two users to meet by chance, and whoever arranges it only wakes a node in vain.</summary>
    private const int TokenOctets = 16;

    public static string ConnectionName(NodeId node) => $"chatstomp {node}";

    public static string NodeQueue(NodeId node) => $"chat.node.{node}";

    public static string KeyOf(PublishedEvent published) => $"room.{published.RoomId}.{published.Name}";

    /// <summary>The second key of a member event, on <see cref="Signals"/>: for the nodes where the member is, but nobody who listens to the room.</summary>
    public static string MemberKeyOf(UserId user) => $"user.{Token(user)}.member";

    /// <summary>Where a signal goes.</summary>
    public static NodeBinding RouteOf(Signal signal) => signal switch
    {
        UserSignal { UserId: var user } => new(Signals, $"user.{Token(user)}.{signal.Name}"),
        RoomSignal { RoomId: var room } => new(Signals, $"room.{room}.{signal.Name}"),
        _ => new(Control, signal.Name),
    };

    public static NodeBinding BindingFor(RoomId room) => new(Events, $"room.{room}.#");

    public static NodeBinding BindingForSignals(RoomId room) => new(Signals, $"room.{room}.#");

    public static NodeBinding BindingFor(UserId user) => new(Signals, $"user.{Token(user)}.#");

    /// <summary>Declares what is there for everybody, and this node's queue. All of it may exist already.</summary>
    /// <remarks>
    /// The node's queue goes when its connection goes. It needs no length: it is empty while the node reads, and a node that does not read is cut off by
    /// its missing heart-beats. While an older connection of the same node is dying unnoticed, the broker refuses it with 405 RESOURCE_LOCKED.
    /// </remarks>
    public static async Task DeclareAsync(IChannel channel, NodeId node, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(Events, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(Signals, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(Control, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(NodeQueue(node), durable: false, exclusive: true, autoDelete: false, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(NodeQueue(node), Control, routingKey: "", cancellationToken: cancellationToken);
    }

    // A user id may hold dots, '#' and '*', which mean something in a key, and may be longer than a key: 64 characters can be 256 octets.
    private static string Token(UserId user) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(user.Value)).AsSpan(0, TokenOctets));
}
