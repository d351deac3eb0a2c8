using System.Threading.Channels;
using Chat.Domain.Brokering;

namespace Chat.Infrastructure.InProcess;

/// <summary>Somebody who consumes from a queue. Its counts are guarded by the broker's lock.</summary>
internal sealed class InProcessConsumer(
    InProcessBroker broker, InProcessBrokerSession session, InProcessQueue queue, ConsumeParameters how, Func<BrokerDelivery, ValueTask> onDelivery) : IBrokerSubscription
{
    /// <summary>As many as may be on their way to a consumer that sets no bound of its own: enough to keep it busy, and no more than memory should hold.</summary>
    private const int DefaultPrefetch = 1_024;

    private readonly int _prefetch = how.Prefetch == 0 ? DefaultPrefetch : how.Prefetch;

    public InProcessBrokerSession Session => session;

    public InProcessQueue Queue => queue;

    public bool IsSettledByListener => how.IsSettledByListener;

    public int UnsettledCount { get; set; }

    public bool IsCancelled { get; set; }

    /// <summary>Those with a higher one are served first.</summary>
    public long Priority { get; } = how.Arguments.GetValueOrDefault("x-priority") as long? ?? 0;

    public bool HasRoom => UnsettledCount < _prefetch;

    public ValueTask DeliverAsync(BrokerDelivery delivery) => onDelivery(delivery);

    public ValueTask DisposeAsync()
    {
        broker.Cancel(this);
        return ValueTask.CompletedTask;
    }

    public Task DeleteAsync()
    {
        broker.Cancel(this);
        if (how.DurableName is not null) broker.Delete(queue);
        return Task.CompletedTask;
    }
}

/// <summary>A message that was handed over and not settled.</summary>
internal readonly record struct Unsettled(InProcessConsumer Consumer, QueuedMessage Queued);

/// <summary>One client's dealings with the in-process broker: a loop hands it one message at a time.</summary>
internal sealed class InProcessBrokerSession : IBrokerSession
{
    /// <summary>The session whose handler is being called, in that call and what comes of it.</summary>
    private static readonly AsyncLocal<InProcessBrokerSession?> Within = new();

    private readonly InProcessBroker _broker;
    private readonly Action<BrokerException> _onFailed;

    /// <summary>Bounded by the prefetch of the consumers.</summary>
    private readonly Channel<ulong> _handedOver = Channel.CreateUnbounded<ulong>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Task _delivering;
    private BrokerException? _failure;
    private volatile bool _isDisposed;
    private ulong _tag;

    public InProcessBrokerSession(InProcessBroker broker, Action<BrokerException> onFailed)
    {
        _broker = broker;
        _onFailed = onFailed;
        _delivering = DeliverAsync();
    }

    /// <summary>Guarded by the broker's lock.</summary>
    public Dictionary<ulong, Unsettled> Unsettled { get; } = [];

    /// <summary>Guarded by the broker's lock.</summary>
    public List<InProcessConsumer> Consumers { get; } = [];

    /// <summary>Whether it has ended, by failure or otherwise. Guarded by the broker's lock.</summary>
    public bool IsOver { get; set; }

    public BrokerException? Failure => _failure;

    public Task PublishAsync(BrokerAddress to, BrokerMessage message, QueueParameters parameters) => DoAsync(() =>
    {
        _broker.Publish(this, to, message, parameters);
        return true;
    });

    public Task<IBrokerSubscription> ConsumeAsync(
        BrokerAddress from, QueueParameters queue, ConsumeParameters parameters, Func<BrokerDelivery, ValueTask> onDelivery, CancellationToken cancellationToken) =>
        DoAsync<IBrokerSubscription>(() => _broker.Consume(this, from, queue, parameters, onDelivery));

    public Task<string> OpenReplyQueueAsync(Func<BrokerDelivery, ValueTask> onDelivery, CancellationToken cancellationToken) =>
        DoAsync(() => _broker.OpenReplyQueue(this, onDelivery).Queue.Name);

    public Task SettleAsync(ulong tag, Settlement settlement) => DoAsync(() => _broker.Settle(this, tag, settlement) ? true : throw WhyNotSettled(tag));

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _broker.End(this);
        _handedOver.Writer.TryComplete();
        // A handler may end its own session; to wait for itself would take for ever.
        if (Within.Value != this) await _delivering;
    }

    /// <summary>Ends the session for a reason that its owner is told once.</summary>
    public void Fail(BrokerException failure)
    {
        if (Interlocked.CompareExchange(ref _failure, failure, comparand: null) is not null) return;
        _broker.End(this);
        _onFailed(failure);
    }

    /// <summary>Takes a message over for a consumer; called under the broker's lock.</summary>
    public void HandOver(InProcessConsumer consumer, QueuedMessage queued)
    {
        consumer.UnsettledCount++;
        Unsettled.Add(++_tag, new Unsettled(consumer, queued));
        _handedOver.Writer.TryWrite(_tag);
    }

    // With the end of a session its messages go back, so that it has none to settle.
    private Exception WhyNotSettled(ulong tag) =>
        _failure
        ?? (_isDisposed
            ? new ObjectDisposedException(nameof(InProcessBrokerSession))
            : (Exception)new BrokerException(BrokerFailure.PreconditionFailed, $"PRECONDITION_FAILED - unknown delivery tag {tag}"));

    private Task<T> DoAsync<T>(Func<T> what)
    {
        if (_failure is { } earlier) return Task.FromException<T>(earlier);
        if (_isDisposed) return Task.FromException<T>(new ObjectDisposedException(nameof(InProcessBrokerSession)));
        try
        {
            return Task.FromResult(what());
        }
        catch (BrokerException e)
        {
            Fail(e);
            return Task.FromException<T>(e);
        }
        catch (ObjectDisposedException e)
        {
            return Task.FromException<T>(e);
        }
    }

    private async Task DeliverAsync()
    {
        Within.Value = this;
        await foreach (var tag in _handedOver.Reader.ReadAllAsync())
        {
            if (!_broker.TryFind(this, tag, out var unsettled)) continue;
            var (consumer, queued) = unsettled;
            if (consumer.IsCancelled)
            {
                _broker.Settle(this, tag, Settlement.Requeue);
                continue;
            }
            try
            {
                await consumer.DeliverAsync(new BrokerDelivery(tag, queued.Source, queued.Message, queued.IsRedelivered));
                if (!consumer.IsSettledByListener) _broker.Settle(this, tag, Settlement.Accept);
            }
            catch (OperationCanceledException)
            {
                // Its subscription has ended; or the client is gone, its session is about to be disposed of, and the message goes back then.
                if (!consumer.IsCancelled) return;
                _broker.Settle(this, tag, Settlement.Requeue);
            }
            catch (Exception e)
            {
                // As with a client that dies over a message: it stays unsettled and goes back when the session ends.
                _broker.LogListenerFailed(consumer.Queue.Name, e);
            }
        }
    }
}
