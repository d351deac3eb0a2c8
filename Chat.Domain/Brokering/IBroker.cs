namespace Chat.Domain.Brokering;

/// <summary>Queues and topics for services: general destinations, which have nothing to do with rooms. A message belongs to whoever consumes it first.</summary>
public interface IBroker
{
    /// <summary>
    /// Begins what one client does with the broker. Nothing is asked of the broker until the session is used.
    /// </summary>
    /// <param name="onFailed">
    /// Told once, from any thread, when the session can do no more: the broker refused something or is gone. Its unsettled messages are back in their queues then.
    /// </param>
    IBrokerSession Open(Action<BrokerException> onFailed);
}

/// <summary>
/// One client's dealings with the broker. Messages that it sends arrive in the order of the calls. When it is disposed of, its subscriptions end, its exclusive
/// queues are gone, and what was not settled goes back to its queue in its old place, marked as redelivered.
/// </summary>
/// <remarks>As with AMQP's channels the first thing that the broker refuses ends the session: every later call fails with the same exception.</remarks>
public interface IBrokerSession : IAsyncDisposable
{
    /// <summary>
    /// Sends a message. A queue that the address names is made if need be. Done when the broker has it for good: a persistent message in a durable queue
    /// is on its disk. A message that nobody listens for is done as well. The order among messages is fixed when the call returns its task.
    /// </summary>
    /// <exception cref="BrokerException">The broker refused it, or cannot say whether it has it.</exception>
    Task PublishAsync(BrokerAddress to, BrokerMessage message, QueueParameters parameters);

    /// <summary>Begins to consume; when this returns the subscription is in effect.</summary>
    /// <param name="from">The source.</param>
    /// <param name="queue">How its queue is to be.</param>
    /// <param name="parameters">How its messages are to come.</param>
    /// <param name="onDelivery">
    /// Called for one message at a time; the next one waits until the task is done. A message at which it is cancelled goes back to its queue when the subscription
    /// has ended, else when the session does.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="BrokerException">The broker refused it.</exception>
    Task<IBrokerSubscription> ConsumeAsync(
        BrokerAddress from, QueueParameters queue, ConsumeParameters parameters, Func<BrokerDelivery, ValueTask> onDelivery, CancellationToken cancellationToken);

    /// <summary>Makes a queue of this session's own, from which it consumes until it ends, and gives the name by which others can send to it as a <see cref="ReplyAddress"/>.</summary>
    /// <exception cref="BrokerException">The broker refused it.</exception>
    Task<string> OpenReplyQueueAsync(Func<BrokerDelivery, ValueTask> onDelivery, CancellationToken cancellationToken);

    /// <summary>Says what became of a message. One that is settled already, or belongs to another session, is no concern of this one and ends it.</summary>
    /// <exception cref="BrokerException">The broker is gone; the message will come again.</exception>
    Task SettleAsync(ulong tag, Settlement settlement);
}

/// <summary>A subscription that is in effect until it is disposed of. What it delivered can still be settled then, until the session ends.</summary>
public interface IBrokerSubscription : IAsyncDisposable
{
    /// <summary>Ends a durable subscription for good, with its queue; of any other the same as disposing.</summary>
    Task DeleteAsync();
}

/// <summary>A message on its way to one listener.</summary>
/// <param name="Tag">Its number in the session, for <see cref="IBrokerSession.SettleAsync"/>.</param>
/// <param name="Source">Where it was sent to.</param>
/// <param name="IsRedelivered">Whether it may have been delivered before.</param>
public sealed record BrokerDelivery(ulong Tag, BrokerAddress Source, BrokerMessage Message, bool IsRedelivered);

/// <summary>What became of a message.</summary>
public enum Settlement
{
    /// <summary>It is done with.</summary>
    Accept,

    /// <summary>It goes back to its queue, to be delivered again.</summary>
    Requeue,

    /// <summary>It is given up: dead-lettered where the queue says so, else dropped.</summary>
    Reject,
}
