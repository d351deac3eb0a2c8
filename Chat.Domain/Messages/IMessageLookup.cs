using Chat.Domain.Rooms;

namespace Chat.Domain.Messages;

/// <summary>What can be asked about single messages. Every method throws <see cref="StoreUnavailableException"/> when the database is gone.</summary>
public interface IMessageLookup
{
    /// <summary>The message of this id in this room; null when there is none.</summary>
    ValueTask<Message?> FindAsync(RoomId room, MessageId message, CancellationToken cancellationToken);
}
