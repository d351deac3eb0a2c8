using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Connections;

/// <summary>The subscriptions of one session by their ids. Only the connection's read loop touches it.</summary>
/// <param name="limit">How many there may be; 0 for any number.</param>
internal sealed class SessionSubscriptions(int limit) : IAsyncDisposable
{
    /// <summary>How many ids of answered <c>/app</c> subscriptions are remembered, so that their UNSUBSCRIBE is harmless.</summary>
    private const int MostOver = 256;

    /// <summary>Most sessions have one or two, and there are as many of these lists as sessions: a dictionary of one entry takes twice the memory.</summary>
    private readonly SortedList<string, (ISubscription Subscription, bool IsAuto)> _live = new(capacity: 1, StringComparer.Ordinal);
    private Queue<string>? _over;

    public bool HasRoom => limit == 0 || _live.Count < limit;

    public bool Contains(string id) => _live.ContainsKey(id);

    /// <summary>
    /// Whether an acknowledgement of something unknown is a mistake. Pages written for Spring's simple broker acknowledge what nobody asks them to, and it
    /// ignores them.
    /// </summary>
    public bool ExpectsAcks { get; private set; }

    public bool IsAuto(string id) => _live.TryGetValue(id, out var live) && live.IsAuto;

    public void Add(string id, ISubscription subscription, AckMode ack)
    {
        ExpectsAcks |= subscription.ExpectsAcks && ack is not AckMode.Auto;
        if (!subscription.IsOver)
        {
            _live.Add(id, (subscription, ack is AckMode.Auto || !subscription.ExpectsAcks));
            return;
        }
        _over ??= [];
        if (_over.Count == MostOver) _over.Dequeue();
        _over.Enqueue(id);
    }

    /// <summary>Ends a subscription; false when there is none of that id.</summary>
    public async ValueTask<bool> RemoveAsync(string id, Frame frame)
    {
        if (!_live.Remove(id, out var live)) return _over?.Contains(id) is true;
        await live.Subscription.UnsubscribeAsync(frame);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (subscription, _) in _live.Values) await subscription.DisposeAsync();
        _live.Clear();
    }
}
