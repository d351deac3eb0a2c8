namespace Chat.Domain.Brokering;

/// <summary>
/// How a queue is to be where it has to be made. Whoever names a queue that exists has to want it as it is. What is null is the address's own default: a shared
/// queue is durable and stays; one that belongs to a single listener goes with it.
/// </summary>
public sealed record QueueParameters
{
    public static readonly QueueParameters Default = new();

    /// <summary>Whether the queue outlives the broker. False makes it exclusive and auto-delete unless these say otherwise, as RabbitMQ's STOMP plugin does.</summary>
    public bool? IsDurable { get; init; }

    /// <summary>Whether the queue goes with its last consumer.</summary>
    public bool? IsAutoDelete { get; init; }

    /// <summary>Whether the queue belongs to the session that made it, and goes with it.</summary>
    public bool? IsExclusive { get; init; }

    /// <summary>A listener's queue by a name of the client's choosing; null for one that the broker chooses.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The queue's <c>x-</c> arguments: whole numbers as <see cref="long"/>, flags as <see cref="bool"/>, times as <see cref="DateTimeOffset"/>, everything else as
    /// <see cref="string"/>.
    /// </summary>
    public IReadOnlyDictionary<string, object> Arguments { get; init; } = new Dictionary<string, object>();
}

/// <summary>How a listener wants its messages.</summary>
public sealed record ConsumeParameters
{
    /// <summary>How many may be on their way unsettled; 0 for the broker's bound.</summary>
    public ushort Prefetch { get; init; }

    /// <summary>Whether each has to be settled by the listener. Otherwise it is settled when the listener's handler has returned.</summary>
    public bool IsSettledByListener { get; init; }

    /// <summary>The consumer's <c>x-</c> arguments, as of <see cref="QueueParameters.Arguments"/>.</summary>
    public IReadOnlyDictionary<string, object> Arguments { get; init; } = new Dictionary<string, object>();

    /// <summary>
    /// The name of a subscription to a topic or exchange that is kept, with what comes meanwhile, while its owner is away; null for one that goes with the session.
    /// </summary>
    public string? DurableName { get; init; }
}
