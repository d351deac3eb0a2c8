using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Chat.Domain.Brokering;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>The names that general destinations have in the broker, besides those that their users choose.</summary>
internal static class BrokerNames
{
    /// <summary>RabbitMQ has it from the start (AMQP 0-9-1, section 3.1.3.2), and its STOMP plugin uses it for topics too.</summary>
    public const string TopicExchange = "amq.topic";

    /// <summary>As of <see cref="ChatTopology"/>'s keys: 16 octets of SHA-256.</summary>
    private const int TokenOctets = 16;

    public static (string Exchange, string Key) RouteOf(BrokerAddress address) => address switch
    {
        QueueAddress queue => ("", queue.Name),
        ExistingQueueAddress queue => ("", queue.Name),
        ReplyAddress reply => ("", reply.Queue),
        TopicAddress topic => (TopicExchange, topic.Key),
        ExchangeAddress exchange => (exchange.Exchange, exchange.Key),
        _ => throw new ArgumentOutOfRangeException(nameof(address), address, message: null),
    };

    /// <summary>
    /// The queue of a subscription that is kept. From its source as well as its name, so that a name that is used for another topic does not bring
    /// the messages of both; a digest, because a queue's name has at most 255 octets.
    /// </summary>
    public static string QueueOf((string Exchange, string Key) source, string durableName)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', source.Exchange, source.Key, durableName)));
        return "stomp.subscription." + Base64Url.EncodeToString(digest.AsSpan(0, TokenOctets));
    }
}

/// <summary>A queue as it is declared. Two are equal when the broker would take the second for the first.</summary>
/// <param name="Name">Empty: the broker chooses one.</param>
internal sealed record QueueDeclaration(string Name, bool IsDurable, bool IsExclusive, bool IsAutoDelete, IReadOnlyDictionary<string, object> Arguments)
{
    /// <summary>The queue of a session's own for answers.</summary>
    public static readonly QueueDeclaration Reply = new("", IsDurable: false, IsExclusive: true, IsAutoDelete: true, QueueParameters.Default.Arguments);

    /// <summary>Whether it stays where it is for as long as the broker runs, unless somebody deletes it.</summary>
    public bool IsPermanent => !IsExclusive && !IsAutoDelete && !Arguments.ContainsKey("x-expires");

    /// <summary>A queue that all who name it share.</summary>
    public static QueueDeclaration Shared(string name, QueueParameters wanted)
    {
        var durable = wanted.IsDurable ?? true;
        return new QueueDeclaration(name, durable, wanted.IsExclusive ?? !durable, wanted.IsAutoDelete ?? !durable, wanted.Arguments);
    }

    /// <summary>The queue of one who listens to a topic or an exchange.</summary>
    public static QueueDeclaration OfListener((string Exchange, string Key) source, QueueParameters wanted, string? durableName)
    {
        var durable = wanted.IsDurable ?? durableName is not null;
        var goes = !durable || durableName is null;
        var name = wanted.Name ?? (durableName is null ? "" : BrokerNames.QueueOf(source, durableName));
        return new QueueDeclaration(name, durable, wanted.IsExclusive ?? goes, wanted.IsAutoDelete ?? goes, wanted.Arguments);
    }

    public bool Equals(QueueDeclaration? other) =>
        other is not null
        && (Name, IsDurable, IsExclusive, IsAutoDelete) == (other.Name, other.IsDurable, other.IsExclusive, other.IsAutoDelete)
        && Arguments.Count == other.Arguments.Count
        && Arguments.All(argument => other.Arguments.TryGetValue(argument.Key, out var value) && value.Equals(argument.Value));

    public override int GetHashCode() => HashCode.Combine(Name, IsDurable, IsExclusive, IsAutoDelete, Arguments.Count);
}
