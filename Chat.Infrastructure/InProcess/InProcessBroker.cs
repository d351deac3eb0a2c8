using Chat.Domain.Brokering;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.InProcess;

/// <summary>
/// The queues and topics of a gateway that works alone. It gives the answers that RabbitMQ gives, but keeps everything in memory: what is in it is gone when
/// the process ends, and nothing of it is seen by other programs.
/// </summary>
/// <remarks>One lock guards all queues; nothing under it waits, and handlers are called outside it, by their session's own loop.</remarks>
internal sealed partial class InProcessBroker : IBroker, IAsyncDisposable
{
    /// <summary>How much all queues together may hold. A laptop's worth; who needs more has RabbitMQ.</summary>
    private const long MostBytes = 256 * 1024 * 1024;

    /// <summary>How many messages all queues together may hold.</summary>
    private const int MostMessages = 1_000_000;

    /// <summary>An empty message has a cost too.</summary>
    private const int MessageOverhead = 256;

    /// <summary>How late what has expired may be noticed where nobody consumes.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, InProcessQueue> _queues = new(StringComparer.Ordinal);
    private readonly InProcessExchanges _exchanges = new();

    /// <summary>What is on its way to a queue of dead letters. A list and not a call within a call: queues that hand on to each other may make a long chain.</summary>
    private readonly Queue<(Exchange To, string Key, BrokerMessage Message, IReadOnlyList<string> DiedIn)> _dead = [];

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _sweep;
    private long _number;
    private long _bytes;
    private int _messages;

    public InProcessBroker(TimeProvider time, ILogger<InProcessBroker> logger)
    {
        _time = time;
        _logger = logger;
        _sweep = time.CreateTimer(static broker => ((InProcessBroker)broker!).Sweep(), this, SweepInterval, SweepInterval);
    }

    public IBrokerSession Open(Action<BrokerException> onFailed) => new InProcessBrokerSession(this, onFailed);

    public ValueTask DisposeAsync() => _sweep.DisposeAsync();

    /// <exception cref="BrokerException">It is not there, or there is no room.</exception>
    public void Publish(InProcessBrokerSession session, BrokerAddress to, BrokerMessage message, QueueParameters parameters)
    {
        lock (_lock)
        {
            RefuseOver(session);
            if (_bytes > MostBytes || _messages > MostMessages)
                throw new BrokerException(BrokerFailure.Unavailable, "The in-process broker holds as much as it can; somebody has to consume first.");
            switch (to)
            {
                case QueueAddress(var name):
                    Put(Declare(session, name, FormOf(session, parameters, isShared: true)), message, to, []);
                    break;
                case TopicAddress(var key):
                    Route(Exchange.Topic, key, message);
                    break;
                case ExchangeAddress(var exchange, var key):
                    Route(InProcessExchanges.Of(exchange), key, message);
                    break;
                case ExistingQueueAddress(var name):
                    Route(Exchange.Default, name, message);
                    break;
                case ReplyAddress(var name):
                    Route(Exchange.Default, name, message);
                    break;
            }
            BuryDead();
        }
    }

    /// <summary>Adds a consumer to the queue of an address, which is made if need be.</summary>
    /// <exception cref="BrokerException">It cannot be had, or not like that.</exception>
    public InProcessConsumer Consume(InProcessBrokerSession session, BrokerAddress from, QueueParameters parameters, ConsumeParameters how, Func<BrokerDelivery, ValueTask> onDelivery)
    {
        lock (_lock)
        {
            RefuseOver(session);
            var queue = from switch
            {
                QueueAddress(var name) => Declare(session, name, FormOf(session, parameters, isShared: true)),
                ExistingQueueAddress(var name) => Find(session, name),
                TopicAddress(var key) => Bind(session, Exchange.Topic, key, parameters, how.DurableName),
                ExchangeAddress(var exchange, var key) => Bind(session, InProcessExchanges.Of(exchange), key, parameters, how.DurableName),
                _ => throw new BrokerException(BrokerFailure.AccessRefused, "Only its owner consumes from a reply queue."),
            };
            return Consume(session, queue, how, onDelivery);
        }
    }

    public InProcessConsumer OpenReplyQueue(InProcessBrokerSession session, Func<BrokerDelivery, ValueTask> onDelivery)
    {
        lock (_lock)
        {
            RefuseOver(session);
            var form = new QueueForm(IsDurable: false, IsAutoDelete: true, session, QueueParameters.Default.Arguments);
            return Consume(session, Declare(session, NewName(), form), new ConsumeParameters(), onDelivery);
        }
    }

    /// <summary>Ends a consumer; what it has not been handed yet goes back.</summary>
    public void Cancel(InProcessConsumer consumer)
    {
        lock (_lock)
        {
            if (consumer.IsCancelled) return;
            Remove(consumer);
            consumer.Session.Consumers.Remove(consumer);
            DeleteIfDone(consumer.Queue);
        }
    }

    /// <summary>Deletes a queue. The sessions of others that listen to it are over, as with RabbitMQ.</summary>
    public void Delete(InProcessQueue queue)
    {
        List<InProcessBrokerSession> listening;
        lock (_lock)
        {
            Remove(queue);
            listening = [.. queue.Consumers.Select(c => c.Session).Distinct()];
        }
        foreach (var session in listening) session.Fail(new BrokerException(BrokerFailure.NotFound, "Server cancelled subscription"));
    }

    public bool TryFind(InProcessBrokerSession session, ulong tag, out Unsettled unsettled)
    {
        lock (_lock) return session.Unsettled.TryGetValue(tag, out unsettled);
    }

    /// <summary>False when the tag is none of the session's.</summary>
    public bool Settle(InProcessBrokerSession session, ulong tag, Settlement settlement)
    {
        lock (_lock)
        {
            if (!session.Unsettled.Remove(tag, out var unsettled)) return false;
            GiveUp(unsettled, settlement);
            Dispatch(unsettled.Consumer.Queue, _time.GetUtcNow());
            BuryDead();
            return true;
        }
    }

    /// <summary>Ends everything of a session: what is unsettled goes back, in its places.</summary>
    public void End(InProcessBrokerSession session)
    {
        lock (_lock)
        {
            session.IsOver = true;
            foreach (var consumer in session.Consumers) Remove(consumer);
            // All of it goes back before any of it is handed to somebody else, who is to have it in its order.
            var givenUp = session.Unsettled.Values.ToList();
            session.Unsettled.Clear();
            foreach (var unsettled in givenUp) GiveUp(unsettled, Settlement.Requeue);
            foreach (var consumer in session.Consumers) DeleteIfDone(consumer.Queue);
            foreach (var queue in _queues.Values.Where(q => q.Form.Owner == session).ToList()) Remove(queue);
            session.Consumers.Clear();
            foreach (var queue in givenUp.Select(u => u.Consumer.Queue).Distinct()) Dispatch(queue, _time.GetUtcNow());
            BuryDead();
        }
    }

    // What came in with the end would never be taken out again: messages handed to a consumer that is gone, and queues of one who is.
    private static void RefuseOver(InProcessBrokerSession session)
    {
        if (session.IsOver) throw session.Failure ?? (Exception)new ObjectDisposedException(nameof(InProcessBrokerSession));
    }

    private void Remove(InProcessConsumer consumer)
    {
        consumer.IsCancelled = true;
        consumer.Queue.Remove(consumer);
        consumer.Queue.UnusedSince = _time.GetUtcNow();
    }

    private InProcessConsumer Consume(InProcessBrokerSession session, InProcessQueue queue, ConsumeParameters how, Func<BrokerDelivery, ValueTask> onDelivery)
    {
        var consumer = new InProcessConsumer(this, session, queue, how, onDelivery);
        session.Consumers.Add(consumer);
        queue.Add(consumer);
        Dispatch(queue, _time.GetUtcNow());
        BuryDead();
        return consumer;
    }

    private void GiveUp(Unsettled unsettled, Settlement settlement)
    {
        var (consumer, queued) = unsettled;
        consumer.UnsettledCount--;
        var queue = consumer.Queue;
        var isThere = _queues.GetValueOrDefault(queue.Name) == queue;
        switch (settlement)
        {
            case Settlement.Requeue when isThere:
                queued.IsRedelivered = true;
                queue.Put(queued);
                break;
            case Settlement.Reject when isThere:
                Forget(queued);
                DeadLetter(queue, queued, isRejected: true);
                break;
            default:
                Forget(queued);
                break;
        }
    }

    private void Put(InProcessQueue queue, BrokerMessage message, BrokerAddress source, IReadOnlyList<string> diedIn)
    {
        var now = _time.GetUtcNow();
        var life = queue.Form.MessageTtl is { } ttl && !(message.Expiration < ttl) ? ttl : message.Expiration;
        var priority = Math.Min(message.Priority ?? 0, queue.Form.MaxPriority);
        queue.Put(new QueuedMessage(message, source, (-priority, ++_number), now + life, diedIn));
        _messages++;
        _bytes += message.Body.Length + MessageOverhead;
        Dispatch(queue, now);
        foreach (var dropped in queue.TakeOverflow())
        {
            Forget(dropped);
            DeadLetter(queue, dropped, isRejected: false);
        }
    }

    /// <param name="queue">Which.</param>
    /// <param name="now">As of when what is in it has expired: what has just come for somebody who waits has not, however short its life.</param>
    private void Dispatch(InProcessQueue queue, DateTimeOffset now)
    {
        DropExpired(queue, now);
        while (queue.TryTake(out var consumer, out var queued)) consumer.Session.HandOver(consumer, queued);
    }

    private void DropExpired(InProcessQueue queue, DateTimeOffset now)
    {
        foreach (var expired in queue.TakeExpired(now))
        {
            Forget(expired);
            DeadLetter(queue, expired, isRejected: false);
        }
    }

    private void DeadLetter(InProcessQueue queue, QueuedMessage dead, bool isRejected)
    {
        if (queue.Form.DeadLetterExchange is not { } name || InProcessExchanges.Find(name) is not { } exchange) return;
        var key = queue.Form.DeadLetterKey ?? dead.Source switch
        {
            QueueAddress(var q) => q,
            TopicAddress(var k) => k,
            ExchangeAddress(_, var k) => k,
            _ => queue.Name,
        };
        // Its own time limit is over; only a client that gives a message up can send it round in a circle on purpose.
        IReadOnlyList<string> diedIn = isRejected ? [] : [.. dead.DiedIn, queue.Name];
        _dead.Enqueue((exchange, key, dead.Message with { Expiration = null }, diedIn));
    }

    // Ends, because a message comes to no queue twice without a client (RabbitMQ, Dead Letter Exchanges, "Automatically Dead-lettered Message Cycles").
    private void BuryDead()
    {
        while (_dead.TryDequeue(out var dead)) Route(dead.To, dead.Key, dead.Message, dead.DiedIn);
    }

    private void Forget(QueuedMessage queued)
    {
        _messages--;
        _bytes -= queued.Message.Body.Length + MessageOverhead;
    }

    private void Route(Exchange exchange, string key, BrokerMessage message, IReadOnlyList<string>? diedIn = null)
    {
        diedIn ??= [];
        if (exchange == Exchange.Default)
        {
            if (_queues.TryGetValue(key, out var queue) && !diedIn.Contains(key)) Put(queue, message, new QueueAddress(key), diedIn);
            return;
        }
        BrokerAddress source = exchange == Exchange.Topic ? new TopicAddress(key) : new ExchangeAddress(InProcessExchanges.NameOf(exchange), key);
        foreach (var queue in _exchanges.QueuesOf(exchange, key))
        {
            if (!diedIn.Contains(queue.Name)) Put(queue, message, source, diedIn);
        }
    }

    private InProcessQueue Bind(InProcessBrokerSession session, Exchange exchange, string key, QueueParameters parameters, string? durableName)
    {
        if (exchange == Exchange.Default) throw new BrokerException(BrokerFailure.AccessRefused, "operation not permitted on the default exchange");
        var form = durableName is null
            ? FormOf(session, parameters, isShared: false)
            : new QueueForm(IsDurable: true, IsAutoDelete: false, Owner: null, parameters.Arguments);
        var queue = Declare(session, parameters.Name ?? (durableName is null ? NewName() : $"{durableName} of {InProcessExchanges.NameOf(exchange)} {key}"), form);
        _exchanges.Bind(exchange, key, queue);
        return queue;
    }

    private InProcessQueue Declare(InProcessBrokerSession session, string name, QueueForm wanted)
    {
        if (_queues.TryGetValue(name, out var queue))
        {
            // RabbitMQ looks first whether it is whose it is wanted to be, the shared one too.
            if (queue.Form.Owner != wanted.Owner)
                throw new BrokerException(BrokerFailure.ResourceLocked, $"RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '{name}'");
            if (queue.Form.DifferenceFrom(wanted) is { } difference)
                throw new BrokerException(BrokerFailure.PreconditionFailed, $"PRECONDITION_FAILED - {difference} for queue '{name}'");
            return queue;
        }
        if (wanted.Arguments.GetValueOrDefault("x-queue-type") is "stream")
            throw new BrokerException(BrokerFailure.PreconditionFailed, "PRECONDITION_FAILED - streams need RabbitMQ");
        if (wanted.BadArgument() is { } bad) throw new BrokerException(BrokerFailure.PreconditionFailed, $"PRECONDITION_FAILED - {bad} for queue '{name}'");
        queue = new InProcessQueue(name, wanted) { UnusedSince = _time.GetUtcNow() };
        _queues.Add(name, queue);
        return queue;
    }

    private InProcessQueue Find(InProcessBrokerSession session, string name)
    {
        if (!_queues.TryGetValue(name, out var queue)) throw new BrokerException(BrokerFailure.NotFound, $"NOT_FOUND - no queue '{name}'");
        if (queue.Form.Owner is not null && queue.Form.Owner != session)
            throw new BrokerException(BrokerFailure.ResourceLocked, $"RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '{name}'");
        return queue;
    }

    private static QueueForm FormOf(InProcessBrokerSession session, QueueParameters parameters, bool isShared)
    {
        var isDurable = parameters.IsDurable ?? isShared;
        return new QueueForm(
            isDurable, parameters.IsAutoDelete ?? !isDurable, (parameters.IsExclusive ?? !isDurable) ? session : null, parameters.Arguments);
    }

    private void DeleteIfDone(InProcessQueue queue)
    {
        if (queue.Form.IsAutoDelete && queue is { HadConsumer: true, ConsumerCount: 0 }) Remove(queue);
    }

    private void Remove(InProcessQueue queue)
    {
        if (_queues.GetValueOrDefault(queue.Name) != queue) return;
        _queues.Remove(queue.Name);
        _exchanges.Unbind(queue);
        foreach (var queued in queue.TakeAll()) Forget(queued);
    }

    private void Sweep()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            foreach (var queue in _queues.Values.ToList())
            {
                DropExpired(queue, now);
                if (queue.Form.Expires is { } expires && queue.ConsumerCount == 0 && now - queue.UnusedSince >= expires) Remove(queue);
            }
            BuryDead();
        }
    }

    [LoggerMessage(3061, LogLevel.Error, "A listener of queue {Queue} failed at a message; the message goes back when its session ends.")]
    public partial void LogListenerFailed(string queue, Exception failure);

    private static string NewName() => $"stomp-subscription-{Guid.NewGuid():N}";
}
