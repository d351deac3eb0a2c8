using System.Collections.Immutable;
using Chat.Domain.Sessions;
using Chat.Domain.Users;

namespace Stomp.Gateway.Connections;

/// <summary>Which users are connected to this node, with how many sessions. A user over the limit loses the oldest.</summary>
internal sealed class SessionRegistry(int maxSessionsPerUser)
{
    private readonly Lock _lock = new();

    /// <summary>Of each user who has any, the oldest first. Nearly all have one, and a list takes three times the memory of an array of one.</summary>
    private readonly Dictionary<UserId, ImmutableArray<StompConnection>> _sessions = [];

    /// <summary>Those that began or changed and have not been reported; no more than there are sessions.</summary>
    private HashSet<StompConnection> _changed = [];

    /// <summary>
    /// Those that ended and that the reporter has not taken: within a second, whatever it can tell. Their descriptions alone, as ten thousand that drop and come
    /// back at once would otherwise be in memory twice.
    /// </summary>
    private List<Session> _ended = [];

    /// <summary>Enters a session. Returns the one that has to go for it, if any; it is no longer entered.</summary>
    public StompConnection? Add(StompConnection connection)
    {
        lock (_lock)
        {
            _changed.Add(connection);
            var mine = _sessions.GetValueOrDefault(connection.UserId, []);
            var oldest = maxSessionsPerUser > 0 && mine.Length >= maxSessionsPerUser ? mine[0] : null;
            _sessions[connection.UserId] = [.. oldest is null ? mine : mine[1..], connection];
            if (oldest is not null) End(oldest);
            return oldest;
        }
    }

    public void Remove(StompConnection connection)
    {
        lock (_lock)
        {
            if (!IsEntered(connection)) return;
            var others = _sessions[connection.UserId].Remove(connection);
            if (others.IsEmpty) _sessions.Remove(connection.UserId);
            else _sessions[connection.UserId] = others;
            End(connection);
        }
    }

    /// <summary>Has a session reported again, unless it has ended.</summary>
    public void Note(StompConnection connection)
    {
        lock (_lock)
        {
            if (IsEntered(connection)) _changed.Add(connection);
        }
    }

    /// <summary>Takes out what is to be reported of those that are there: the sessions that began or changed.</summary>
    public IReadOnlyCollection<StompConnection> TakeChanged()
    {
        lock (_lock)
        {
            if (_changed.Count == 0) return [];
            var taken = _changed;
            _changed = [];
            return taken;
        }
    }

    /// <summary>Takes out the sessions that ended, the first of them first.</summary>
    public IReadOnlyCollection<Session> TakeEnded()
    {
        lock (_lock)
        {
            if (_ended.Count == 0) return [];
            var taken = _ended;
            _ended = [];
            return taken;
        }
    }

    public IReadOnlyList<StompConnection> All()
    {
        lock (_lock) return [.. _sessions.Values.SelectMany(mine => mine)];
    }

    private void End(StompConnection connection)
    {
        _changed.Remove(connection);
        _ended.Add(connection.Describe());
    }

    private bool IsEntered(StompConnection connection) => _sessions.GetValueOrDefault(connection.UserId, []).Contains(connection);
}
