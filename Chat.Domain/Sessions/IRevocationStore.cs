namespace Chat.Domain.Sessions;

/// <summary>What was revoked, shared by all nodes. Both methods throw <see cref="StoreUnavailableException"/> while it cannot be reached.</summary>
public interface IRevocationStore
{
    /// <summary>Keeps a revocation until it expires. When this returns, every node finds it. Idempotent; for one user the latest time counts.</summary>
    ValueTask AddAsync(Revocation revocation, CancellationToken cancellationToken);

    /// <summary>All that is kept and has not expired; null when that is the same as at <paramref name="seenVersion"/>. Cheap when it is, so that it can be asked every second.</summary>
    ValueTask<RevocationList?> ReadAsync(string? seenVersion, CancellationToken cancellationToken);
}

/// <summary>What a store holds.</summary>
/// <param name="Version">Another one whenever something was added.</param>
/// <param name="Items">In no order.</param>
public sealed record RevocationList(string Version, IReadOnlyList<Revocation> Items);
