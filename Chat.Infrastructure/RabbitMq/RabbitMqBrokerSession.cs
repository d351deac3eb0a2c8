using System.Threading.Channels;
using Chat.Domain.Brokering;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>One client's channel at the broker, opened at the first call.</summary>
/// <remarks>
/// <para>Calls are carried out one after the other, in the order in which they were made; only settlements go past that queue, because they need no answer.
/// At most <see cref="MostWaiting"/> calls wait. One more fails as <see cref="BrokerFailure.Unavailable"/> and ends the session: who sends many messages at
/// once waits for some before sending more. A message counts until it has been sent; then it may still be unconfirmed, as one of 256.</para>
/// <para>The end. A loop owns the channel. It ends when the session fails or is disposed of, and then, in this order: closes the channel, which puts back what
/// was not settled; deletes the session's exclusive queues; fails the calls that are left; tells of the failure. Who disposes lets the calls that were made
/// before be carried out, so a client may send and leave at once.</para>
/// </remarks>
internal sealed class RabbitMqBrokerSession(RabbitMqBroker broker, Action<BrokerException> onFailed) : IBrokerSession
{
    public const int MostWaiting = 1_024;

    /// <summary>From the call to the confirm. A broker that needs longer is short of memory or disk, and takes nothing until it is not.</summary>
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long the calls that were made before the session was disposed of may still take.</summary>
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(10);

    private readonly Channel<Call> _calls = Channel.CreateBounded<Call>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    // Neither is disposed of: they have no timer, and the channel may still report its end.
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenSource _delivering = new();

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private BrokerException? _failure;
    private bool _isRunning;
    private bool _isDisposed;
    private volatile BrokerChannel? _channel;

    /// <inheritdoc/>
    public async Task PublishAsync(BrokerAddress to, BrokerMessage message, QueueParameters parameters)
    {
        var confirmed = Enqueue(channel => channel.PublishAsync(to, message, parameters, _over.Token)).Unwrap();
        try
        {
            await confirmed.WaitAsync(ConfirmLimit);
        }
        catch (TimeoutException)
        {
            throw Fail(new BrokerException(BrokerFailure.Unavailable, $"RabbitMQ has not confirmed within {ConfirmLimit.TotalSeconds} s."));
        }
    }

    /// <inheritdoc/>
    public async Task<IBrokerSubscription> ConsumeAsync(
        BrokerAddress from, QueueParameters queue, ConsumeParameters parameters, Func<BrokerDelivery, ValueTask> onDelivery, CancellationToken cancellationToken)
    {
        var subscription = new RabbitMqBrokerSubscription(this, parameters, onDelivery);
        return await BeginAsync(subscription, channel => channel.ConsumeAsync(subscription, from, queue, parameters, _over.Token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<string> OpenReplyQueueAsync(Func<BrokerDelivery, ValueTask> onDelivery, CancellationToken cancellationToken)
    {
        var subscription = new RabbitMqBrokerSubscription(this, new ConsumeParameters(), onDelivery);
        await BeginAsync(subscription, channel => channel.ConsumeRepliesAsync(subscription, _over.Token), cancellationToken);
        return subscription.Queue;
    }

    /// <inheritdoc/>
    public async Task SettleAsync(ulong tag, Settlement settlement)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_failure is { } failure) throw failure;
        }
        if (_channel is not { } channel)
        {
            await Enqueue(opened => DoneAsync(opened.SettleAsync(tag, settlement, _over.Token).AsTask()));
            return;
        }
        try
        {
            await channel.SettleAsync(tag, settlement, _over.Token);
        }
        catch (Exception failure)
        {
            throw Fail(AmqpFailure.Of(failure));
        }
    }

    /// <summary>Ends a consumer.</summary>
    public Task CancelAsync(RabbitMqBrokerSubscription subscription) => Enqueue(channel => DoneAsync(channel.CancelAsync(subscription, _over.Token)));

    /// <summary>Deletes a queue, with what is in it.</summary>
    public Task DeleteAsync(string queue) => Enqueue(channel => DoneAsync(channel.DeleteAsync(queue, _over.Token)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isDisposed = true;
            if (!_isRunning) return;
        }
        await _delivering.CancelAsync();
        _calls.Writer.TryComplete();
        await ((Task)_closed.Task).WaitAsync(FarewellLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _over.CancelAsync();
        await _closed.Task;
    }

    private static async Task<bool> DoneAsync(Task task)
    {
        await task;
        return true;
    }

    private async Task<RabbitMqBrokerSubscription> BeginAsync(
        RabbitMqBrokerSubscription subscription, Func<BrokerChannel, Task<RabbitMqBrokerSubscription>> begin, CancellationToken cancellationToken)
    {
        try
        {
            return await Enqueue(begin).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It may still come into effect; this call is carried out behind that one. Nothing is handed on meanwhile.
            _ = subscription.DisposeAsync().AsTask();
            throw;
        }
    }

    private Task<T> Enqueue<T>(Func<BrokerChannel, Task<T>> what)
    {
        var call = new Call<T>(this, what);
        lock (_gate)
        {
            if (_isDisposed) return Task.FromException<T>(new ObjectDisposedException(nameof(RabbitMqBrokerSession)));
            if (_failure is { } failure) return Task.FromException<T>(failure);
            if (_calls.Writer.TryWrite(call))
            {
                if (!_isRunning) _ = Task.Run(RunAsync);
                _isRunning = true;
                return call.Done;
            }
        }
        return Task.FromException<T>(Fail(new BrokerException(BrokerFailure.Unavailable, $"{MostWaiting} calls are waiting for RabbitMQ already.")));
    }

    /// <summary>Ends the session, unless it has failed before, and gives the failure that it has ended with.</summary>
    private BrokerException Fail(BrokerException failure)
    {
        lock (_gate)
        {
            if (_failure is { } first) return first;
            _failure = failure;
        }
        _ = _delivering.CancelAsync();
        _ = _over.CancelAsync();
        return failure;
    }

    private async Task RunAsync()
    {
        BrokerChannel? channel = null;
        try
        {
            var connection = await broker.ConnectAsync(_over.Token);
            channel = await BrokerChannel.OpenAsync(connection, failure => Fail(failure), broker.ListenerFailed, _over.Token);
            _ = channel.DeliverAsync(_delivering.Token);
            _channel = channel;
            await foreach (var call in _calls.Reader.ReadAllAsync(_over.Token)) await call.RunAsync(channel);
            await channel.Confirms.AllAsync().WaitAsync(_over.Token);
        }
        catch (Exception failure)
        {
            // When it is over already, there is a reason, and this is only how the loop learns of it.
            if (!_over.IsCancellationRequested) Fail(AmqpFailure.Of(failure));
        }
        await EndAsync(channel);
    }

    private async Task EndAsync(BrokerChannel? channel)
    {
        try
        {
            if (channel is not null) await channel.CloseAsync();
        }
        catch (Exception failure)
        {
            broker.SessionNotClosed(failure);
        }
        BrokerException? reason;
        bool isTold;
        lock (_gate)
        {
            reason = _failure;
            isTold = !_isDisposed;
            _failure ??= new BrokerException(BrokerFailure.Unavailable, "The session was closed before RabbitMQ had answered.");
        }
        channel?.Confirms.Fail(_failure);
        while (_calls.Reader.TryRead(out var call)) call.Fail(_failure);
        _closed.SetResult();
        if (reason is not null && isTold) onFailed(reason);
    }

    private abstract class Call
    {
        public abstract Task RunAsync(BrokerChannel channel);

        public abstract void Fail(BrokerException failure);
    }

    private sealed class Call<T>(RabbitMqBrokerSession session, Func<BrokerChannel, Task<T>> what) : Call
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Done => _done.Task;

        public override async Task RunAsync(BrokerChannel channel)
        {
            try
            {
                _done.SetResult(await what(channel));
            }
            catch (Exception failure)
            {
                var told = session.Fail(AmqpFailure.Of(failure));
                _done.SetException(told);
                throw told;
            }
        }

        public override void Fail(BrokerException failure) => _done.TrySetException(failure);
    }
}
