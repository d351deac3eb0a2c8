using Chat.Domain.Messages;
using Chat.Domain.Rooms;

namespace Chat.Infrastructure.Sql;

/// <summary>Single messages, and what is kept beside them, in SQL.</summary>
internal sealed class SqlMessageLookup(SqlDatabase database) : IMessageLookup
{
    public async ValueTask<Message?> FindAsync(RoomId room, MessageId message, CancellationToken cancellationToken) =>
        await database.ReadAsync(connection => MessageRows.FindAsync(connection, room, message), cancellationToken);
}
