using Chat.Domain.Brokering;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations;

namespace Stomp.Gateway.Connections;

/// <summary>
/// The messages that one client has to settle, by subscription in the order in which they were sent. They stay when their subscription ends: they can be settled
/// until the session does. Deliveries put them in, the read loop takes them out. Bounded by the broker's prefetch.
/// </summary>
internal sealed class UnsettledMessages
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<ExpectedAck>> _byAckId = new(StringComparer.Ordinal);

    /// <summary>By the subscription itself: its id may by now be that of another.</summary>
    private readonly Dictionary<ISubscription, LinkedList<ExpectedAck>> _bySubscription = [];

    public void Add(ExpectedAck ack)
    {
        lock (_lock)
        {
            if (!_bySubscription.TryGetValue(ack.Subscription, out var list)) _bySubscription.Add(ack.Subscription, list = []);
            _byAckId.Add(ack.AckId, list.AddLast(ack));
        }
    }

    /// <summary>Whether the id names one; with a subscription, one of that.</summary>
    public bool Contains(string ackId, string? subscriptionId)
    {
        lock (_lock) return _byAckId.TryGetValue(ackId, out var node) && (subscriptionId is null || node.Value.SubscriptionId == subscriptionId);
    }

    /// <summary>Takes out what an ACK or NACK stands for, in order; empty when its message is not there.</summary>
    public IReadOnlyList<Func<Settlement, Task>> Take(string ackId)
    {
        lock (_lock)
        {
            if (!_byAckId.TryGetValue(ackId, out var node)) return [];
            var list = node.List!;
            var taken = new List<Func<Settlement, Task>>();
            // Cumulative within its subscription, not across those of the session (STOMP 1.2, SUBSCRIBE ack Header).
            var next = node.Value.Mode is AckMode.Client ? list.First! : node;
            while (true)
            {
                var current = next;
                next = current.Next!;
                list.Remove(current);
                _byAckId.Remove(current.Value.AckId);
                taken.Add(current.Value.Settle);
                if (current == node) break;
            }
            if (list.Count == 0) _bySubscription.Remove(node.Value.Subscription);
            return taken;
        }
    }
}
