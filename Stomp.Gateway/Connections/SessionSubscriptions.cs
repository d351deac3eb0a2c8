using Stomp.Gateway.Delivery;

namespace Stomp.Gateway.Connections;

/// <summary>The subscriptions of one session by their ids. Only the connection's read loop touches it.</summary>
/// <param name="limit">How many there may be; 0 for any number.</param>
internal sealed class SessionSubscriptions(int limit) : IAsyncDisposable
{
    /// <summary>How many ids of answered <c>/app</c> subscriptions are remembered, so that their UNSUBSCRIBE is harmless.</summary>
    private const int MostOver = 256;

    private readonly Dictionary<string, ISubscription> _live = [];
    private readonly Queue<string> _over = [];

    public bool HasRoom => limit == 0 || _live.Count < limit;

    public bool Contains(string id) => _live.ContainsKey(id);

    public void Add(string id, ISubscription subscription)
    {
        if (!subscription.IsOver)
        {
            _live.Add(id, subscription);
            return;
        }
        if (_over.Count == MostOver) _over.Dequeue();
        _over.Enqueue(id);
    }

    /// <summary>Ends a subscription; false when there is none of that id.</summary>
    public async ValueTask<bool> RemoveAsync(string id)
    {
        if (!_live.Remove(id, out var subscription)) return _over.Contains(id);
        await subscription.DisposeAsync();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in _live.Values) await subscription.DisposeAsync();
        _live.Clear();
    }
}
