using Chat.Domain.Events;
using Chat.Domain.Users;

namespace Stomp.Gateway.Delivery;

/// <summary>The queues that users have in person, <c>/user/queue/x</c>: what is said to a user reaches all of the user's sessions that listen, on every node.</summary>
internal sealed class UserQueues(UserListening listening)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(UserId User, string Queue), List<Listener>> _listeners = [];

    /// <summary>Listens until the subscription is disposed of; in effect when this returns.</summary>
    /// <param name="user">Whose queue.</param>
    /// <param name="queue">Which, with a slash in front.</param>
    /// <param name="onMessage">Called for one message at a time; must not wait.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<ISubscription> SubscribeAsync(UserId user, string queue, Action<UserMessage> onMessage, CancellationToken cancellationToken)
    {
        await listening.BeginAsync(user, cancellationToken);
        var listener = new Listener(this, user, queue, onMessage);
        lock (_lock)
        {
            if (!_listeners.TryGetValue((user, queue), out var list)) _listeners.Add((user, queue), list = []);
            list.Add(listener);
        }
        return listener;
    }

    public void OnMessage(UserMessage message)
    {
        lock (_lock)
        {
            if (!_listeners.TryGetValue((message.UserId, message.Queue), out var list)) return;
            foreach (var listener in list) listener.OnMessage(message);
        }
    }

    private ValueTask EndAsync(Listener listener)
    {
        lock (_lock)
        {
            var key = (listener.User, listener.Queue);
            if (!_listeners.TryGetValue(key, out var list) || !list.Remove(listener)) return ValueTask.CompletedTask;
            if (list.Count == 0) _listeners.Remove(key);
        }
        return listening.EndAsync(listener.User, CancellationToken.None);
    }

    private sealed class Listener(UserQueues owner, UserId user, string queue, Action<UserMessage> onMessage) : ISubscription
    {
        public UserId User => user;

        public string Queue => queue;

        public void OnMessage(UserMessage message) => onMessage(message);

        public ValueTask DisposeAsync() => owner.EndAsync(this);
    }
}
