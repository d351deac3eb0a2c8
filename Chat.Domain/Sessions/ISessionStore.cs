using Chat.Domain.Presence;
using Chat.Domain.Users;

namespace Chat.Domain.Sessions;

/// <summary>The sessions of all nodes, and what they come to for each user's presence.</summary>
/// <remarks>
/// What a node enters counts while the node's lease lasts. A node renews its lease every few seconds; one that dies takes its sessions with it when the lease is over.
/// Every method throws <see cref="StoreUnavailableException"/> while what is shared cannot be reached; doing it again later is harmless.
/// </remarks>
public interface ISessionStore
{
    /// <summary>Enters sessions of this node as they are now, or takes them out. Returns the users whose presence is another by that.</summary>
    ValueTask<IReadOnlyList<PresenceChange>> SaveAsync(IReadOnlyCollection<SessionChange> changes, CancellationToken cancellationToken);

    /// <summary>Renews this node's lease, and takes out what nodes left behind whose lease is over.</summary>
    ValueTask<LeaseRenewal> RenewAsync(CancellationToken cancellationToken);

    /// <summary>Gives up the lease and takes out all that this node has entered: it stops. Returns whose presence is another by that.</summary>
    ValueTask<IReadOnlyList<PresenceChange>> LeaveAsync(CancellationToken cancellationToken);

    /// <summary>The user's sessions on all living nodes, oldest first.</summary>
    ValueTask<IReadOnlyList<Session>> ListAsync(UserId user, CancellationToken cancellationToken);
}

/// <summary>What came of renewing a lease.</summary>
/// <param name="WasLost">Whether there was none to renew: whatever the node had entered is to be entered again.</param>
/// <param name="Changes">Whose presence is another because a node is gone.</param>
public sealed record LeaseRenewal(bool WasLost, IReadOnlyList<PresenceChange> Changes);
