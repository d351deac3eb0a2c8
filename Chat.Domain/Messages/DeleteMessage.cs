using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Takes a message back: its sender while the room's delete window is open, owners and moderators always and anybody's. What is gone already stays so.</summary>
public sealed class DeleteMessage(IMessageChanges changes, TimeProvider time)
{
    public ValueTask<Outcome<Message>> ExecuteAsync(Caller caller, RoomId room, MessageId message, CancellationToken cancellationToken) =>
        changes.ChangeAsync(room, message, caller.Id, facts => Decide(facts, caller.Id, time.GetUtcNow()), cancellationToken);

    private static Outcome<MessageChange> Decide(MessageFacts facts, UserId user, DateTimeOffset now)
    {
        if (!facts.FindToChange().TryGet(out var message, out var refusal)) return refusal;
        if (message.IsGone) return MessageChange.None;
        if (facts.Member.Moderates) return new Deletion();
        if (message.Sender.Id != user) return Refusal.Forbidden("Only who wrote a message, and moderators, may delete it.");
        return now - message.CreatedAt > facts.Room.Settings.DeleteWindow
            ? new Refusal(RefusalCode.EditWindowClosed, "It is too late to delete this message.")
            : new Deletion();
    }
}
