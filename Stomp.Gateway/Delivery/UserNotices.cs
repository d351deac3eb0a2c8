using Chat.Domain.Events;
using Chat.Domain.Users;

namespace Stomp.Gateway.Delivery;

/// <summary>Who on this node hears what users are told in person: the sessions that subscribe to <c>/user/queue/events</c>.</summary>
internal sealed class UserNotices(UserListening listening)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UserId, List<Listener>> _listeners = [];

    /// <summary>Gives the user's notices to a subscription of a session until it is disposed of; in effect when this returns.</summary>
    /// <param name="subscriber">The session.</param>
    /// <param name="head">What its MESSAGE frames begin with.</param>
    /// <param name="own">What the session hears there besides; ends with the subscription.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<ISubscription> SubscribeAsync(ISubscriber subscriber, ReadOnlyMemory<byte> head, ISubscription own, CancellationToken cancellationToken)
    {
        var listener = new Listener(this, subscriber, head, own);
        try
        {
            await listening.BeginAsync(subscriber.UserId, cancellationToken);
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
        lock (_lock)
        {
            if (!_listeners.TryGetValue(subscriber.UserId, out var list)) _listeners.Add(subscriber.UserId, list = []);
            list.Add(listener);
        }
        return listener;
    }

    public void OnNotice(NoticeSignal signal)
    {
        lock (_lock)
        {
            if (!_listeners.TryGetValue(signal.UserId, out var list)) return;
            var tail = MessageTails.OfNotice(signal.Notice);
            foreach (var listener in list) listener.Offer(tail);
        }
    }

    private async ValueTask EndAsync(Listener listener)
    {
        lock (_lock)
        {
            if (!_listeners.TryGetValue(listener.UserId, out var list) || !list.Remove(listener)) return;
            if (list.Count == 0) _listeners.Remove(listener.UserId);
        }
        await listening.EndAsync(listener.UserId, CancellationToken.None);
        await listener.Own.DisposeAsync();
    }

    private sealed class Listener(UserNotices owner, ISubscriber subscriber, ReadOnlyMemory<byte> head, ISubscription own) : ISubscription
    {
        public UserId UserId => subscriber.UserId;

        public ISubscription Own => own;

        public void Offer(ReadOnlyMemory<byte> tail) => subscriber.Offer(new(head, tail));

        public ValueTask DisposeAsync() => owner.EndAsync(this);
    }
}
