using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Which messages mention whom.</summary>
public interface IMentionStore
{
    /// <summary>Mentions of one member that are counted, in a room; older ones are beyond what anybody counts.</summary>
    const int MostCounted = 1_000;

    /// <summary>
    /// The numbers of messages behind the user's read positions that mention the user: in one of the user's rooms, or in all of them. Ascending in each room, the
    /// newest <see cref="MostCounted"/> of it.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database is gone.</exception>
    ValueTask<IReadOnlyList<UnreadMention>> ListUnreadAsync(UserId user, RoomId? room, CancellationToken cancellationToken);
}

/// <summary>A message that mentions somebody who has not read it.</summary>
public readonly record struct UnreadMention(RoomId RoomId, long Seq);
