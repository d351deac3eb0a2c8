using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Search;

/// <summary>
/// What somebody may see at the moment of asking: as a member, or as a former one where the room grants that. Every method throws
/// <see cref="StoreUnavailableException"/> when the database is gone.
/// </summary>
public interface IVisibleMessages
{
    /// <summary>The rooms, or of them the one that is named, with how much of each the user may see.</summary>
    ValueTask<IReadOnlyList<RoomSpan>> ListRoomsAsync(UserId user, RoomId? only, CancellationToken cancellationToken);

    /// <summary>Those of the messages that the user may see and that are not deleted or expired, newest first.</summary>
    ValueTask<IReadOnlyList<Message>> ReadAsync(UserId user, IReadOnlyList<MessagePosition> positions, CancellationToken cancellationToken);
}
