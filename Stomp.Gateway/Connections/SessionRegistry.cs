using Chat.Domain.Users;

namespace Stomp.Gateway.Connections;

/// <summary>Which users are connected to this node, with how many sessions. A user over the limit loses the oldest.</summary>
internal sealed class SessionRegistry(int maxSessionsPerUser)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UserId, LinkedList<StompConnection>> _sessions = [];

    /// <summary>Enters a session. Returns the one that has to go for it, if any; it is no longer entered.</summary>
    public StompConnection? Add(StompConnection connection)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(connection.UserId, out var list)) _sessions[connection.UserId] = list = new LinkedList<StompConnection>();
            list.AddLast(connection);
            if (maxSessionsPerUser == 0 || list.Count <= maxSessionsPerUser) return null;
            var oldest = list.First!.Value;
            list.RemoveFirst();
            return oldest;
        }
    }

    public void Remove(StompConnection connection)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(connection.UserId, out var list)) return;
            list.Remove(connection);
            if (list.Count == 0) _sessions.Remove(connection.UserId);
        }
    }
}
