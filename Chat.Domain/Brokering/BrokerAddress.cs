namespace Chat.Domain.Brokering;

/// <summary>A general destination in the broker's terms (docs/protocol.md, "General destinations"). The family is closed: every kind is in this file.</summary>
public abstract record BrokerAddress;

/// <summary>A queue that all who name it share, made by the first who sends to it or consumes from it.</summary>
public sealed record QueueAddress(string Name) : BrokerAddress;

/// <summary>A queue that somebody else has made; it is never made here.</summary>
public sealed record ExistingQueueAddress(string Name) : BrokerAddress;

/// <summary>
/// Everybody who listens gets each message. The key's words are separated by dots; a listener's key may have <c>*</c> for one word and <c>#</c> for any number.
/// </summary>
public sealed record TopicAddress(string Key) : BrokerAddress;

/// <summary>An exchange that exists, by its name, and a routing or binding key.</summary>
public sealed record ExchangeAddress(string Exchange, string Key) : BrokerAddress;

/// <summary>A queue that a session has for the answers to what it sends, by the name that <see cref="IBrokerSession.OpenReplyQueueAsync"/> gave it.</summary>
public sealed record ReplyAddress(string Queue) : BrokerAddress;
