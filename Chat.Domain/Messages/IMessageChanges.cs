using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Changes messages that are there.</summary>
public interface IMessageChanges
{
    /// <summary>
    /// Changes a message in one transaction: under the room's lock the facts are read, <paramref name="decide"/> says what becomes of it, and the change, its
    /// events and what belongs to the message (history of edits, pin, reactions, time to live) are written, all or nothing. Events are announced behind the
    /// commit. A reaction that is there already, or was not there to be taken back, is no event.
    /// </summary>
    /// <param name="room">Where; one that does not exist is <see cref="Refusal.NotMember"/>.</param>
    /// <param name="message">Which.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="decide">A pure function; it is called again when the transaction is.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The message as it is then.</returns>
    /// <exception cref="StoreUnavailableException">The database is gone. Whether it happened is then not known; to ask again is harmless.</exception>
    ValueTask<Outcome<Message>> ChangeAsync(
        RoomId room, MessageId message, UserId user, Func<MessageFacts, Outcome<MessageChange>> decide, CancellationToken cancellationToken);
}
