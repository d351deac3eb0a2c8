using System.Collections.Concurrent;
using System.Globalization;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Presence;
using Chat.Domain.Sessions;
using Chat.Domain.Users;
using StackExchange.Redis;

namespace Chat.Infrastructure.Redis;

/// <summary>Sessions, leases of nodes and presence in Redis (docs/redis.md).</summary>
internal sealed class RedisSessionStore(RedisLink redis, NodeId node, TimeProvider time) : ISessionStore, IPresenceStore
{
    /// <summary>Three renewals may be lost before a node counts as dead; the others notice within another five seconds.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    /// <summary>Sessions, or users, that one script takes: some milliseconds of Redis's time.</summary>
    private const int MostAtOnce = 200;

    /// <summary>What this node has entered, for telling users their sessions when Redis cannot. As many as the node has clients.</summary>
    private readonly ConcurrentDictionary<string, Session> _own = new(StringComparer.Ordinal);

    public async ValueTask<IReadOnlyList<PresenceChange>> SaveAsync(IReadOnlyCollection<SessionChange> changes, CancellationToken cancellationToken)
    {
        foreach (var (session, ended) in changes)
        {
            if (ended) _own.TryRemove(session.Id, out _);
            else _own[session.Id] = session;
        }
        var changed = new List<PresenceChange>();
        foreach (var some in changes.Chunk(MostAtOnce))
        {
            RedisValue[] arguments = [RedisLink.Prefix, Now, node.Value, .. some.SelectMany(ArgumentsOf)];
            changed.AddRange(ReadChanges((RedisResult[])await redis.RunAsync(RedisScripts.SaveSessions, arguments, cancellationToken)));
        }
        return changed;
    }

    public async ValueTask<LeaseRenewal> RenewAsync(CancellationToken cancellationToken)
    {
        var found = (RedisResult[])await redis.RunAsync(RedisScripts.RenewNode, [RedisLink.Prefix, node.Value, (long)Lease.TotalMilliseconds], cancellationToken);
        var changes = new List<PresenceChange>();
        foreach (var dead in found.Skip(1)) changes.AddRange(await BuryAsync((string)dead, cancellationToken));
        return new LeaseRenewal(WasLost: (int)found[0] == 0, changes);
    }

    public async ValueTask<IReadOnlyList<PresenceChange>> LeaveAsync(CancellationToken cancellationToken)
    {
        await redis.AskAsync(database => database.KeyDeleteAsync($"{RedisLink.Prefix}node:{node}"), cancellationToken);
        var changes = await BuryAsync(node.Value, cancellationToken);
        _own.Clear();
        return changes;
    }

    public async ValueTask<IReadOnlyList<Session>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        try
        {
            var found = (RedisResult[])await redis.RunAsync(RedisScripts.ListSessions, [RedisLink.Prefix, user.Value], cancellationToken);
            return InOrder(found.Chunk(2).Select(pair => SessionRecord.Read((string)pair[0], user, (byte[])pair[1])));
        }
        catch (StoreUnavailableException)
        {
            // What this node knows itself is better than to refuse; the link has logged why.
            return InOrder(_own.Values.Where(session => session.UserId == user));
        }
    }

    public async ValueTask<IReadOnlyDictionary<UserId, UserPresence>> FindAsync(IReadOnlyCollection<UserId> users, CancellationToken cancellationToken)
    {
        var all = users.Distinct().ToArray();
        if (all.Length == 0) return new Dictionary<UserId, UserPresence>();
        try
        {
            var found = await redis.AskAsync(
                database => Task.WhenAll(all.Select(user => database.HashGetAsync($"{RedisLink.Prefix}presence:{user}", ["state", "seen"]))), cancellationToken);
            return all.Zip(found).ToDictionary(pair => pair.First, pair => Read(pair.Second[0], pair.Second[1]));
        }
        catch (StoreUnavailableException)
        {
            // Presence is what the chat can do without; the link has logged why.
            return all.ToDictionary(user => user, _ => UserPresence.Unknown);
        }
    }

    private RedisValue Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<List<PresenceChange>> BuryAsync(string dead, CancellationToken cancellationToken)
    {
        var changes = new List<PresenceChange>();
        while (true)
        {
            var found = (RedisResult[])await redis.RunAsync(RedisScripts.BuryNode, [RedisLink.Prefix, Now, dead, MostAtOnce], cancellationToken);
            changes.AddRange(ReadChanges(found.Skip(1)));
            if ((int)found[0] == 0) return changes;
        }
    }

    private static RedisValue[] ArgumentsOf(SessionChange change) =>
        [change.Session.UserId.Value, change.Session.Id, change.Ended ? (RedisValue)"" : SessionRecord.Write(change.Session)];

    private static IEnumerable<PresenceChange> ReadChanges(IEnumerable<RedisResult> changes) => changes
        .Select(change => (RedisValue[])change)
        .Select(change => new PresenceChange(UserId.Parse(change[0]!), Read(change[1], change[2])));

    private static UserPresence Read(RedisValue state, RedisValue seen)
    {
        var known = Enum.TryParse<PresenceState>((string?)state, ignoreCase: true, out var parsed) ? parsed : PresenceState.Offline;
        var isSeen = long.TryParse((string?)seen, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds);
        return new UserPresence(known, known is PresenceState.Online || !isSeen ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
    }

    private static List<Session> InOrder(IEnumerable<Session> sessions) =>
        [.. sessions.OrderBy(session => session.ConnectedAt).ThenBy(session => session.Id, StringComparer.Ordinal)];
}
