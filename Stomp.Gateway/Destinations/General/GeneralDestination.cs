using System.Text;
using Chat.Domain.Brokering;

namespace Stomp.Gateway.Destinations.General;

/// <summary>General destinations as text (docs/protocol.md, "General destinations"), in the meaning that RabbitMQ's STOMP plugin gives them.</summary>
internal static class GeneralDestination
{
    public const string TempQueue = "/temp-queue/";

    /// <summary>AMQP's short strings, which names and keys are (AMQP 0-9-1, section 4.2.5.3).</summary>
    private const int MostOctets = 255;

    private const string Queue = "/queue/";
    private const string Topic = "/topic/";
    private const string Exchange = "/exchange/";
    private const string ExistingQueue = "/amq/queue/";
    private const string ReplyQueue = "/reply-queue/";

    private const string NodeQueues = "chat.node.";

    /// <summary>The rooms' own topics: what is said there goes through the chat.</summary>
    private const string RoomKeys = "rooms.";

    /// <summary>The address of a destination; null when it is none, or its name cannot be one.</summary>
    public static BrokerAddress? Parse(string text, bool isPattern)
    {
        BrokerAddress? address = true switch
        {
            _ when Rest(text, Queue) is { } name => new QueueAddress(Decode(name)),
            _ when Rest(text, Topic) is { } key => TopicOf(key, isPattern),
            _ when Rest(text, Exchange) is { } rest => ExchangeOf(rest),
            _ when Rest(text, ExistingQueue) is { } name => new ExistingQueueAddress(Decode(name)),
            _ when Rest(text, ReplyQueue) is { } name => new ReplyAddress(Decode(name)),
            _ => null,
        };
        return address is not null && FitsAmqp(address) ? address : null;
    }

    /// <summary>Where a message was sent to, for a subscription whose own destination is a pattern.</summary>
    public static string Format(BrokerAddress address) => address switch
    {
        QueueAddress(var name) => Queue + Encode(name),
        TopicAddress(var key) => Topic + Encode(key),
        ExchangeAddress(var exchange, var key) => $"{Exchange}{Encode(exchange)}/{Encode(key)}",
        ExistingQueueAddress(var name) => ExistingQueue + Encode(name),
        ReplyAddress(var name) => ReplyQueue + Encode(name),
        _ => throw new ArgumentOutOfRangeException(nameof(address), address, "Every kind of address has its text above."),
    };

    /// <summary>Whether a subscription's destination stands for several.</summary>
    public static bool IsPattern(BrokerAddress address) => (address switch
    {
        TopicAddress(var key) => key,
        ExchangeAddress(_, var key) => key,
        _ => "",
    }).Split('.').Any(word => word is "*" or "#");

    /// <summary>Whether a SEND there would be taken for the gateways' own word among each other (docs/protocol.md, "RabbitMQ").</summary>
    public static bool IsOwn(BrokerAddress address) =>
        address is ExchangeAddress { Exchange: "chat.events" or "chat.signals" or "chat.control" } || QueueNameOf(address)?.StartsWith(NodeQueues, StringComparison.Ordinal) is true;

    /// <summary>
    /// Whether a SUBSCRIBE there would take from the gateways what is meant for them. What they have put aside, in <c>chat.system_error</c>, is for whoever looks
    /// after it.
    /// </summary>
    public static bool IsOwnInbox(BrokerAddress address) => QueueNameOf(address) is { } name && (name == "chat.system" || name.StartsWith(NodeQueues, StringComparison.Ordinal));

    /// <summary>Whether a queue or an exchange of that name is the chat's own (docs/protocol.md, "RabbitMQ").</summary>
    public static bool IsOwnName(string name) =>
        name is "chat.events" or "chat.signals" or "chat.control" or "chat.system" or "chat.system_error" or "ChatStomp.Contracts:PublishSystemMessage"
        || name.StartsWith(NodeQueues, StringComparison.Ordinal);

    /// <summary>A name or a word as the broker has it.</summary>
    public static string Decode(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;

    private static string? QueueNameOf(BrokerAddress address) => address switch
    {
        QueueAddress(var name) => name,
        ExistingQueueAddress(var name) => name,
        ReplyAddress(var name) => name,
        _ => null,
    };

    private static string? Rest(string text, string prefix) =>
        text.Length > prefix.Length && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    /// <summary>A slash is as good as a dot between the words of a topic, and Spring's <c>**</c> as AMQP's <c>#</c>.</summary>
    private static TopicAddress? TopicOf(string text, bool isPattern)
    {
        var words = text.Split('/', '.').Select(Decode);
        var key = string.Join('.', isPattern ? words.Select(word => word == "**" ? "#" : word) : words);
        return key.StartsWith(RoomKeys, StringComparison.Ordinal) ? null : new TopicAddress(key);
    }

    private static ExchangeAddress ExchangeOf(string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new ExchangeAddress(Decode(rest), "") : new ExchangeAddress(Decode(rest[..slash]), Decode(rest[(slash + 1)..]));
    }

    private static bool FitsAmqp(BrokerAddress address) => address switch
    {
        QueueAddress(var name) => Fits(name),
        TopicAddress(var key) => Fits(key),
        ExchangeAddress(var exchange, var key) => Fits(exchange) && (key.Length == 0 || Fits(key)),
        ExistingQueueAddress(var name) => Fits(name),
        ReplyAddress(var name) => Fits(name),
        _ => false,
    };

    private static bool Fits(string name) => name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= MostOctets && !name.Any(char.IsControl);

    /// <summary>Only what would be read as something else is encoded: a slash, and the percent sign itself.</summary>
    private static string Encode(string name) => name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
}
