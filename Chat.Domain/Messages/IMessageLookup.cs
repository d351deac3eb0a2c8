using Chat.Domain.Rooms;

namespace Chat.Domain.Messages;

/// <summary>What can be asked about single messages. Every method throws <see cref="StoreUnavailableException"/> when the database is gone.</summary>
public interface IMessageLookup
{
    /// <summary>The message of this id in this room; null when there is none.</summary>
    ValueTask<Message?> FindAsync(RoomId room, MessageId message, CancellationToken cancellationToken);

    /// <summary>The room's pinned messages, those pinned last first; <see cref="PinMessage.MostPinned"/> at the most.</summary>
    ValueTask<IReadOnlyList<Message>> ListPinsAsync(RoomId room, CancellationToken cancellationToken);

    /// <summary>What a message said before its edits, oldest first: those replaced by an event behind <paramref name="after"/>, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<FormerText>> ListEditsAsync(MessageId message, long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// What each of these messages, 500 at the most, said when the event <paramref name="seq"/> of the room had come; null of one that is gone by now, because nothing of
    /// it is kept. All as of one moment.
    /// </summary>
    ValueTask<IReadOnlyDictionary<MessageId, string?>> ReadTextsAsync(RoomId room, IReadOnlyCollection<MessageId> messages, long seq, CancellationToken cancellationToken);

    /// <summary>Which current members have read up to the message or beyond, without its sender: how many, and the first <paramref name="most"/> by user id.</summary>
    ValueTask<MessageReaders> ListReadersAsync(Message message, int most, CancellationToken cancellationToken);
}

/// <summary>What a message said until it was edited.</summary>
/// <param name="Text">Its former text.</param>
/// <param name="Rev">The number of the event that replaced it.</param>
/// <param name="ReplacedAt">When that was.</param>
public sealed record FormerText(string Text, long Rev, DateTimeOffset ReplacedAt);

/// <summary>Who has read a message.</summary>
/// <param name="Count">How many, exactly.</param>
/// <param name="Members">Some of them by name.</param>
public sealed record MessageReaders(long Count, IReadOnlyList<Member> Members);
