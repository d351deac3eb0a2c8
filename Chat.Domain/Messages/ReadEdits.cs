using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Shows what a message said before: to its author, and to owners and moderators.</summary>
public sealed class ReadEdits(FindMessage findMessage, IMessageLookup lookup)
{
    /// <param name="caller">Who asks.</param>
    /// <param name="room">Where.</param>
    /// <param name="message">Which message. Of one that is gone nothing is kept.</param>
    /// <param name="after">The <see cref="FormerText.Rev"/> with which the last page ended; 0 for the first.</param>
    /// <param name="limit">Texts on a page.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Outcome<IReadOnlyList<FormerText>>> ExecuteAsync(
        Caller caller, RoomId room, MessageId message, long after, int limit, CancellationToken cancellationToken)
    {
        var read = await findMessage.ReadFactsAsync(caller, room, message, cancellationToken);
        if (!read.TryGet(out var facts, out var refusal)) return refusal;
        if (!facts.Member.Moderates && facts.Message!.Sender.Id != caller.Id) return Refusal.Forbidden("Only who wrote a message, and moderators, see what it said before.");
        return Outcome.Of(await lookup.ListEditsAsync(message, after, limit, cancellationToken));
    }
}
