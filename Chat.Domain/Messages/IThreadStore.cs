using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Messages and the replies to them. Every method throws <see cref="StoreUnavailableException"/> when the database is gone.</summary>
public interface IThreadStore
{
    /// <summary>Replies of a thread in ascending order, those behind <paramref name="after"/>, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<Message>> ReadRepliesAsync(RoomId room, MessageId root, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Current members who wrote the root or a reply, in no order, at most <paramref name="most"/>.</summary>
    ValueTask<IReadOnlyList<UserId>> ListFollowersAsync(RoomId room, MessageId root, int most, CancellationToken cancellationToken);
}
