using Chat.Domain.Users;

namespace Chat.Domain.Presence;

/// <summary>Who is there, as all nodes know it together.</summary>
public interface IPresenceStore
{
    /// <summary>
    /// How present these users are. Never refuses: while what is shared cannot be reached, everybody is <see cref="UserPresence.Unknown"/>. A node that died counts for
    /// twenty seconds more at the most.
    /// </summary>
    ValueTask<IReadOnlyDictionary<UserId, UserPresence>> FindAsync(IReadOnlyCollection<UserId> users, CancellationToken cancellationToken);
}
