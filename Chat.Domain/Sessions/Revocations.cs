using System.Diagnostics.CodeAnalysis;
using Chat.Domain.Users;

namespace Chat.Domain.Sessions;

/// <summary>What this node knows to be revoked: all that the stores hold, in memory, so that a token is judged without asking anybody.</summary>
/// <param name="stores">In the order in which something new is offered to them: the first that can be reached keeps it. All of them are read.</param>
/// <param name="time">Tells what has expired.</param>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not used has nothing to dispose of.")]
public sealed class Revocations(IEnumerable<IRevocationStore> stores, TimeProvider time)
{
    private readonly Source[] _sources = [.. stores.Select(store => new Source(store))];
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly SemaphoreSlim _bell = new(0, 1);
    private volatile Known _known = Known.Nothing;

    /// <summary>Whether a token may not be used any more. One that does not say when it was issued counts as old.</summary>
    public bool IsRevoked(UserId user, string? tokenId, DateTimeOffset? issuedAt)
    {
        var known = _known;
        if (tokenId is not null && known.Tokens.Contains(tokenId)) return true;
        return known.Users.TryGetValue(user.Value, out var before) && (issuedAt is not { } issued || issued < before);
    }

    public bool IsEnded(string sessionId) => _known.Sessions.Contains(sessionId);

    /// <summary>Keeps something new, and knows it from then on.</summary>
    /// <exception cref="StoreUnavailableException">No store can be reached; nothing was revoked.</exception>
    public async ValueTask AddAsync(RevocationKind kind, string subject, DateTimeOffset? issuedBefore, TimeSpan keptFor, CancellationToken cancellationToken)
    {
        var revocation = new Revocation(kind, subject, issuedBefore, time.GetUtcNow() + keptFor);
        for (var i = 0; ; i++)
        {
            try
            {
                await _sources[i].Store.AddAsync(revocation, cancellationToken);
                break;
            }
            catch (StoreUnavailableException) when (i < _sources.Length - 1)
            {
                // The next one is read by every node as well.
            }
        }
        Ring();
    }

    /// <summary>Reads what the stores hold now. Of one that cannot be reached, what it held goes on to count.</summary>
    /// <returns>Whether something new is known, and whether a store could not be reached.</returns>
    public async Task<(bool IsNew, StoreUnavailableException? Failure)> RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var isNew = false;
            StoreUnavailableException? failure = null;
            foreach (var source in _sources)
            {
                try
                {
                    if (await source.Store.ReadAsync(source.Held?.Version, cancellationToken) is not { } list) continue;
                    source.Held = list;
                    isNew = true;
                }
                catch (StoreUnavailableException e)
                {
                    failure = e;
                }
            }
            if (isNew) _known = Known.Of(_sources.SelectMany(source => source.Held?.Items ?? []));
            return (isNew, failure);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Somebody says that there is something new: whoever waits looks at once.</summary>
    public void Ring()
    {
        lock (_bell)
        {
            if (_bell.CurrentCount == 0) _bell.Release();
        }
    }

    /// <summary>Waits until somebody rings, or the time is over.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _bell.WaitAsync(atMost, cancellationToken);

    private sealed class Source(IRevocationStore store)
    {
        public IRevocationStore Store => store;

        public RevocationList? Held { get; set; }
    }

    private sealed record Known(HashSet<string> Tokens, Dictionary<string, DateTimeOffset> Users, HashSet<string> Sessions)
    {
        public static readonly Known Nothing = Of([]);

        public static Known Of(IEnumerable<Revocation> revocations)
        {
            var known = new Known(new(StringComparer.Ordinal), new(StringComparer.Ordinal), new(StringComparer.Ordinal));
            foreach (var revocation in revocations)
            {
                switch (revocation)
                {
                    case { Kind: RevocationKind.Token }:
                        known.Tokens.Add(revocation.Subject);
                        break;
                    case { Kind: RevocationKind.Session }:
                        known.Sessions.Add(revocation.Subject);
                        break;
                    case { IssuedBefore: { } before } when known.Users.GetValueOrDefault(revocation.Subject) < before:
                        known.Users[revocation.Subject] = before;
                        break;
                }
            }
            return known;
        }
    }
}
