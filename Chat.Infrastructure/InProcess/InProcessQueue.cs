using Chat.Domain.Brokering;

namespace Chat.Infrastructure.InProcess;

/// <summary>How a queue was made; two who name the same queue have to want the same.</summary>
/// <param name="Owner">The session that it belongs to alone; null when it is shared.</param>
internal sealed record QueueForm(bool IsDurable, bool IsAutoDelete, InProcessBrokerSession? Owner, IReadOnlyDictionary<string, object> Arguments)
{
    public TimeSpan? MessageTtl => Milliseconds("x-message-ttl");

    public TimeSpan? Expires => Milliseconds("x-expires");

    public long MaxLength => Number("x-max-length") ?? long.MaxValue;

    public long MaxBytes => Number("x-max-length-bytes") ?? long.MaxValue;

    public long MaxPriority => Number("x-max-priority") ?? 0;

    public string? DeadLetterExchange => Arguments.GetValueOrDefault("x-dead-letter-exchange") as string;

    public string? DeadLetterKey => Arguments.GetValueOrDefault("x-dead-letter-routing-key") as string;

    /// <summary>The argument that no queue can have, in RabbitMQ's words; null when all are good.</summary>
    public string? BadArgument()
    {
        foreach (var name in Numbers)
        {
            if (Arguments.TryGetValue(name, out var value) && value is not (long and >= 0)) return $"invalid arg '{name}': '{value}'";
        }
        return MaxPriority > byte.MaxValue ? $"invalid arg 'x-max-priority': '{MaxPriority}'" : null;
    }

    private static readonly string[] Numbers = ["x-message-ttl", "x-expires", "x-max-length", "x-max-length-bytes", "x-max-priority"];

    /// <summary>What another wants otherwise, in RabbitMQ's words; null when nothing is.</summary>
    public string? DifferenceFrom(QueueForm wanted)
    {
        if (IsDurable != wanted.IsDurable) return Difference("durable", wanted.IsDurable, IsDurable);
        if (IsAutoDelete != wanted.IsAutoDelete) return Difference("auto_delete", wanted.IsAutoDelete, IsAutoDelete);
        foreach (var name in Arguments.Keys.Union(wanted.Arguments.Keys))
        {
            var (mine, other) = (Arguments.GetValueOrDefault(name), wanted.Arguments.GetValueOrDefault(name));
            if (!Equals(mine, other)) return Difference(name, other, mine);
        }
        return null;
    }

    private static string Difference(string name, object? received, object? current) =>
        $"inequivalent arg '{name}': received '{received ?? "none"}' but current is '{current ?? "none"}'";

    private TimeSpan? Milliseconds(string name) => Number(name) is { } number ? TimeSpan.FromMilliseconds(number) : null;

    private long? Number(string name) => Arguments.GetValueOrDefault(name) as long?;
}

/// <summary>A message in a queue. Its place is its own until it is settled: what comes back comes back to it.</summary>
/// <param name="message">What was sent.</param>
/// <param name="source">Where to.</param>
/// <param name="place">Its place in the queue.</param>
/// <param name="expiresAt">When its time is up.</param>
/// <param name="diedIn">The queues that have given it up since a client last did, the last one last.</param>
internal sealed class QueuedMessage(
    BrokerMessage message, BrokerAddress source, (long Priority, long Number) place, DateTimeOffset? expiresAt, IReadOnlyList<string> diedIn)
{
    public BrokerMessage Message => message;

    public BrokerAddress Source => source;

    /// <summary>Smaller comes first: higher priorities have smaller numbers.</summary>
    public (long Priority, long Number) Place => place;

    public DateTimeOffset? ExpiresAt => expiresAt;

    public IReadOnlyList<string> DiedIn => diedIn;

    public bool IsRedelivered { get; set; }
}

/// <summary>One queue of the in-process broker. Everything in it is guarded by the broker's lock.</summary>
internal sealed class InProcessQueue(string name, QueueForm form)
{
    private readonly SortedDictionary<(long Priority, long Number), QueuedMessage> _ready = [];
    private readonly List<InProcessConsumer> _consumers = [];
    private int _turn;
    private long _readyBytes;

    public string Name => name;

    public QueueForm Form => form;

    public IReadOnlyList<InProcessConsumer> Consumers => _consumers;

    public int ConsumerCount => _consumers.Count;

    /// <summary>Whether a consumer was ever there: only then an auto-delete queue goes with its last one.</summary>
    public bool HadConsumer { get; private set; }

    public DateTimeOffset UnusedSince { get; set; }

    public int ReadyCount => _ready.Count;

    public void Add(InProcessConsumer consumer)
    {
        _consumers.Add(consumer);
        HadConsumer = true;
    }

    public void Remove(InProcessConsumer consumer) => _consumers.Remove(consumer);

    public void Put(QueuedMessage queued)
    {
        _ready.Add(queued.Place, queued);
        _readyBytes += queued.Message.Body.Length;
    }

    /// <summary>The messages that have no room any more, the oldest first; they are not in the queue any more.</summary>
    public IEnumerable<QueuedMessage> TakeOverflow()
    {
        while (_ready.Count > form.MaxLength || _readyBytes > form.MaxBytes) yield return TakeFirst();
    }

    /// <summary>The messages at the front whose time is over; they are not in the queue any more.</summary>
    public IEnumerable<QueuedMessage> TakeExpired(DateTimeOffset now)
    {
        while (_ready.Count > 0 && First().ExpiresAt <= now) yield return TakeFirst();
    }

    public List<QueuedMessage> TakeAll()
    {
        List<QueuedMessage> all = [.. _ready.Values];
        _ready.Clear();
        _readyBytes = 0;
        return all;
    }

    /// <summary>
    /// The next message and who is to have it, in turns among those of the highest priority that can take one; false when there is none, or nobody for it.
    /// </summary>
    public bool TryTake(out InProcessConsumer consumer, out QueuedMessage queued)
    {
        (consumer, queued) = (null!, null!);
        if (_ready.Count == 0) return false;
        var chosen = -1;
        for (var i = 0; i < _consumers.Count; i++)
        {
            var at = (_turn + i) % _consumers.Count;
            if (_consumers[at].HasRoom && (chosen < 0 || _consumers[at].Priority > _consumers[chosen].Priority)) chosen = at;
        }
        if (chosen < 0) return false;
        _turn = (chosen + 1) % _consumers.Count;
        (consumer, queued) = (_consumers[chosen], TakeFirst());
        return true;
    }

    private QueuedMessage First()
    {
        using var ready = _ready.Values.GetEnumerator();
        ready.MoveNext();
        return ready.Current;
    }

    private QueuedMessage TakeFirst()
    {
        var first = First();
        _ready.Remove(first.Place);
        _readyBytes -= first.Message.Body.Length;
        return first;
    }
}
