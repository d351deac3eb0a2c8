using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Gives a message another text. Its author alone may, for as long as the room's edit window is open; a moderator has no say over others' words.</summary>
public sealed class EditMessage(IMessageChanges changes, TimeProvider time)
{
    public async ValueTask<Outcome<Message>> ExecuteAsync(Caller caller, RoomId room, MessageId message, string text, CancellationToken cancellationToken)
    {
        if (MessageText.Check(text) is { } wrong) return wrong;
        return await changes.ChangeAsync(room, message, caller.Id, facts => Decide(facts, caller.Id, text, time.GetUtcNow()), cancellationToken);
    }

    private static Outcome<MessageChange> Decide(MessageFacts facts, UserId editor, string text, DateTimeOffset now)
    {
        if (!facts.FindPresent().TryGet(out var message, out var refusal)) return refusal;
        if (message.Sender.Id != editor) return Refusal.Forbidden("Only who wrote a message may edit it.");
        if (message.Type is not (MessageType.Text or MessageType.Thread or MessageType.Temp)) return Refusal.Forbidden("A message of this type is not edited.");
        if (facts.CheckVoice(now) is { } silenced) return silenced;
        if (facts.Room.Settings.ReadOnly && !facts.Member.Moderates) return Refusal.Forbidden("Only moderators write in this room.");
        if (now - message.CreatedAt > facts.Room.Settings.EditWindow) return new Refusal(RefusalCode.EditWindowClosed, "It is too late to edit this message.");
        return text == message.Text ? MessageChange.None : new NewText(text);
    }
}
