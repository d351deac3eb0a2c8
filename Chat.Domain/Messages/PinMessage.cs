using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Pins a message to its room, or takes the pin away: in a direct room either of the two, in a group owners and moderators.</summary>
public sealed class PinMessage(IMessageChanges changes)
{
    /// <summary>Pinned messages of a room.</summary>
    public const int MostPinned = 100;

    /// <param name="caller">Who asks.</param>
    /// <param name="room">Where.</param>
    /// <param name="message">Which.</param>
    /// <param name="pinned">Whether it is pinned from then on. When it is so already, nothing happens.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Outcome<Message>> ExecuteAsync(Caller caller, RoomId room, MessageId message, bool pinned, CancellationToken cancellationToken) =>
        changes.ChangeAsync(room, message, caller.Id, facts => Decide(facts, caller.Id, pinned), cancellationToken);

    private static Outcome<MessageChange> Decide(MessageFacts facts, UserId user, bool pinned)
    {
        if (!facts.FindPresent().TryGet(out var message, out var refusal)) return refusal;
        if (facts.Room.Kind is RoomKind.Group && !facts.Member.Moderates) return Refusal.Forbidden("Owners and moderators pin messages here.");
        if (pinned == message.PinnedAt is not null) return MessageChange.None;
        if (!pinned) return new Unpin();
        if (facts.Member.Blocked) return RoomRights.Blocked;
        return facts.Room.PinnedCount >= MostPinned
            ? new Refusal(RefusalCode.Conflict, $"{MostPinned} messages are pinned here, which is as many as a room can have.")
            : new Pin(user);
    }
}
