using System.Diagnostics.CodeAnalysis;
using Chat.Domain.Events;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// Events out, with publisher confirms: many are on their way at once, and a batch is done when the broker has confirmed all of it. A message that no queue
/// wants is confirmed as well (<c>mandatory</c> is false): that nobody listens is no failure.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds nothing to dispose of, and sends that are left over still release it.")]
internal sealed class EventPublisher(IChannel channel, NodeId node)
{
    /// <summary>How many messages may wait for their confirm; further publishers wait. Enough to keep the broker busy over a network's round trip.</summary>
    private const int MaxOutstanding = 256;

    /// <summary>A broker that has not confirmed by then is short of memory or disk, or the connection is dead and about to be noticed.</summary>
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _outstanding = new(MaxOutstanding);

    /// <inheritdoc cref="IEventBus.PublishAsync"/>
    public async Task PublishAsync(IReadOnlyList<PublishedEvent> events, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConfirmLimit);
        try
        {
            var confirms = new List<Task>(events.Count);
            foreach (var published in events)
            {
                await _outstanding.WaitAsync(limit.Token);
                confirms.Add(SendAsync(ChatTopology.Events, ChatTopology.KeyOf(published), published));
                if (published is not { ConcernsMember: true, Subject: { } subject }) continue;
                await _outstanding.WaitAsync(limit.Token);
                confirms.Add(SendAsync(ChatTopology.Signals, ChatTopology.MemberKeyOf(subject), published));
            }
            await Task.WhenAll(confirms).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BusUnavailableException($"RabbitMQ has not confirmed within {ConfirmLimit.TotalSeconds} s.");
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: the client library throws of several kinds while a connection ends, and the events are given out again.
            throw new BusUnavailableException("RabbitMQ has not confirmed: " + failure.Message, failure);
        }
    }

    // No cancellation once a message is being sent: it would leave the channel's count of confirms and the broker's apart. The permit stays taken until the
    // broker has answered or the connection has ended, so those whom nobody waits for any more are counted too.
    private async Task SendAsync(string exchange, string key, PublishedEvent published)
    {
        try
        {
            await channel.BasicPublishAsync(exchange, key, mandatory: false, DeliveryCodec.PropertiesOf(published, node), published.Body, CancellationToken.None);
        }
        finally
        {
            _outstanding.Release();
        }
    }
}
