using Chat.Domain.Brokering;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>A consumer of a session's channel. What has come for it but was not handed on when it ends goes back to its queue.</summary>
internal sealed class RabbitMqBrokerSubscription(RabbitMqBrokerSession session, ConsumeParameters parameters, Func<BrokerDelivery, ValueTask> onDelivery) : IBrokerSubscription
{
    private volatile bool _isOver;

    public Func<BrokerDelivery, ValueTask> OnDelivery { get; } = onDelivery;

    public bool IsSettledByListener { get; } = parameters.IsSettledByListener;

    /// <summary>Whether nothing more is handed on.</summary>
    public bool IsOver => _isOver;

    public string Queue { get; private set; } = "";

    public string ConsumerTag { get; private set; } = "";

    /// <summary>It is in effect from here on.</summary>
    public void Begin(string queue, string consumerTag) => (Queue, ConsumerTag) = (queue, consumerTag);

    // However the session may have ended meanwhile, the subscription has ended with it.
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public async Task DeleteAsync()
    {
        if (parameters.DurableName is null)
        {
            await DisposeAsync();
            return;
        }
        await StopAsync();
        await session.DeleteAsync(Queue);
    }

    private Task StopAsync()
    {
        if (_isOver) return Task.CompletedTask;
        _isOver = true;
        return session.CancelAsync(this);
    }
}
