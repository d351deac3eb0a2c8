using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Tells a member who has read a message: whose read position is at it or behind it.</summary>
public sealed class ListReaders(FindMessage findMessage, IMessageLookup lookup)
{
    /// <summary>Those told by name; the others are counted.</summary>
    public const int MostNamed = 100;

    public async ValueTask<Outcome<MessageReaders>> ExecuteAsync(Caller caller, RoomId room, MessageId id, CancellationToken cancellationToken)
    {
        var found = await findMessage.ExecuteAsync(caller, room, id, cancellationToken);
        return found.TryGet(out var message, out var refusal) ? await lookup.ListReadersAsync(message, MostNamed, cancellationToken) : refusal;
    }
}
