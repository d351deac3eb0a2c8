using System.Collections.Immutable;
using Chat.Domain.Presence;
using Chat.Domain.Sessions;
using Chat.Domain.Users;

namespace Chat.Infrastructure.InProcess;

/// <summary>The sessions of a gateway that works alone. Its lease lasts as long as the process.</summary>
internal sealed class MemorySessionStore(TimeProvider time) : ISessionStore, IPresenceStore
{
    /// <summary>How many who have gone are remembered; when there are as many, it begins anew.</summary>
    private const int MostRemembered = 100_000;

    private readonly Lock _lock = new();

    /// <summary>Of each user who has any. Nearly all have one, and a dictionary of one entry takes six times the memory.</summary>
    private readonly Dictionary<UserId, ImmutableArray<Session>> _sessions = [];
    private readonly Dictionary<UserId, DateTimeOffset> _seen = [];
    private bool _hasBegun;

    public ValueTask<IReadOnlyList<PresenceChange>> SaveAsync(IReadOnlyCollection<SessionChange> changes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var before = changes.Select(change => change.Session.UserId).Distinct().ToDictionary(user => user, StateOf);
            foreach (var (session, ended) in changes) Apply(session, ended);
            return ValueTask.FromResult<IReadOnlyList<PresenceChange>>(ChangesFrom(before));
        }
    }

    public ValueTask<LeaseRenewal> RenewAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var wasLost = !_hasBegun;
            _hasBegun = true;
            return ValueTask.FromResult(new LeaseRenewal(wasLost, []));
        }
    }

    public ValueTask<IReadOnlyList<PresenceChange>> LeaveAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var before = _sessions.Keys.ToDictionary(user => user, StateOf);
            _sessions.Clear();
            _hasBegun = false;
            return ValueTask.FromResult<IReadOnlyList<PresenceChange>>(ChangesFrom(before));
        }
    }

    public ValueTask<IReadOnlyList<Session>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var held = _sessions.GetValueOrDefault(user, []);
            return ValueTask.FromResult<IReadOnlyList<Session>>([.. held.OrderBy(session => session.ConnectedAt).ThenBy(session => session.Id, StringComparer.Ordinal)]);
        }
    }

    public ValueTask<IReadOnlyDictionary<UserId, UserPresence>> FindAsync(IReadOnlyCollection<UserId> users, CancellationToken cancellationToken)
    {
        lock (_lock) return ValueTask.FromResult<IReadOnlyDictionary<UserId, UserPresence>>(users.Distinct().ToDictionary(user => user, PresenceOf));
    }

    private void Apply(Session session, bool ended)
    {
        var held = _sessions.GetValueOrDefault(session.UserId, []).RemoveAll(other => other.Id == session.Id);
        if (!ended) held = held.Add(session);
        if (held.IsEmpty) _sessions.Remove(session.UserId);
        else _sessions[session.UserId] = held;
    }

    private List<PresenceChange> ChangesFrom(Dictionary<UserId, PresenceState> before)
    {
        var changes = new List<PresenceChange>();
        foreach (var (user, was) in before)
        {
            if (StateOf(user) == was) continue;
            if (was is PresenceState.Online) Remember(user);
            changes.Add(new PresenceChange(user, PresenceOf(user)));
        }
        return changes;
    }

    private void Remember(UserId user)
    {
        if (_seen.Count == MostRemembered && !_seen.ContainsKey(user)) _seen.Clear();
        _seen[user] = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private PresenceState StateOf(UserId user) => _sessions.TryGetValue(user, out var held) ? held.Max(session => session.State) : PresenceState.Offline;

    private UserPresence PresenceOf(UserId user)
    {
        var state = StateOf(user);
        return new UserPresence(state, state is not PresenceState.Online && _seen.TryGetValue(user, out var seen) ? seen : null);
    }
}
