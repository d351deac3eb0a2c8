using Chat.Domain.Users;

namespace Stomp.Gateway.Connections;

/// <summary>Which users are connected to this node, with how many sessions. A user over the limit loses the oldest.</summary>
internal sealed class SessionRegistry(int maxSessionsPerUser)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UserId, LinkedList<StompConnection>> _sessions = [];

    /// <summary>Those that began, ended or changed and have not been reported; as many as there are sessions, and those that ended within a second or two.</summary>
    private HashSet<StompConnection> _changed = [];

    /// <summary>Enters a session. Returns the one that has to go for it, if any; it is no longer entered.</summary>
    public StompConnection? Add(StompConnection connection)
    {
        lock (_lock)
        {
            _changed.Add(connection);
            if (!_sessions.TryGetValue(connection.UserId, out var list)) _sessions[connection.UserId] = list = new LinkedList<StompConnection>();
            list.AddLast(connection);
            if (maxSessionsPerUser == 0 || list.Count <= maxSessionsPerUser) return null;
            var oldest = list.First!.Value;
            list.RemoveFirst();
            _changed.Add(oldest);
            return oldest;
        }
    }

    public void Remove(StompConnection connection)
    {
        lock (_lock)
        {
            _changed.Add(connection);
            if (!_sessions.TryGetValue(connection.UserId, out var list)) return;
            list.Remove(connection);
            if (list.Count == 0) _sessions.Remove(connection.UserId);
        }
    }

    /// <summary>Has a session reported again.</summary>
    public void Note(StompConnection connection)
    {
        lock (_lock) _changed.Add(connection);
    }

    /// <summary>Takes out what is to be reported: each session, and whether it is over.</summary>
    public IReadOnlyList<(StompConnection Connection, bool Ended)> TakeChanged()
    {
        lock (_lock)
        {
            if (_changed.Count == 0) return [];
            List<(StompConnection, bool)> taken = [.. _changed.Select(connection => (connection, !IsEntered(connection)))];
            _changed = [];
            return taken;
        }
    }

    public IReadOnlyList<StompConnection> All()
    {
        lock (_lock) return [.. _sessions.Values.SelectMany(list => list)];
    }

    private bool IsEntered(StompConnection connection) => _sessions.TryGetValue(connection.UserId, out var list) && list.Contains(connection);
}
