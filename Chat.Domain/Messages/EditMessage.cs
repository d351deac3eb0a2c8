using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>
/// Gives a message another text, and with it those whom it mentions. Its author alone may, for as long as the room's edit window is open; a moderator has no say
/// over others' words.
/// </summary>
public sealed class EditMessage(IMessageChanges changes, Mentions mentions, TimeProvider time)
{
    public async ValueTask<Outcome<Message>> ExecuteAsync(Caller caller, RoomId room, MessageId message, string text, CancellationToken cancellationToken)
    {
        if (MessageText.Check(text) is { } wrong) return wrong;
        // Looked up before the room is locked; what is wrong with it is said behind everything else, to those who may edit the message.
        var mentioned = await mentions.FindAsync(room, caller.Id, text, cancellationToken);
        return await changes.ChangeAsync(room, message, caller.Id, facts => Decide(facts, caller.Id, text, mentioned, time.GetUtcNow()), cancellationToken);
    }

    private static Outcome<MessageChange> Decide(MessageFacts facts, UserId editor, string text, Outcome<MentionedMembers> mentioned, DateTimeOffset now)
    {
        if (!facts.FindPresent().TryGet(out var message, out var refusal)) return refusal;
        if (message.Sender.Id != editor) return Refusal.Forbidden("Only who wrote a message may edit it.");
        if (message.Type is not (MessageType.Text or MessageType.Thread or MessageType.Temp)) return Refusal.Forbidden("A message of this type is not edited.");
        // It says whose words these are.
        if (message.Forwarded is not null) return Refusal.Forbidden("What was forwarded is not edited.");
        if (facts.CheckVoice(now) is { } silenced) return silenced;
        if (facts.Room.Settings.ReadOnly && !facts.Member.Moderates) return Refusal.Forbidden("Only moderators write in this room.");
        if (now - message.CreatedAt > facts.Room.Settings.EditWindow) return new Refusal(RefusalCode.EditWindowClosed, "It is too late to edit this message.");
        if (text == message.Text) return MessageChange.None;
        if (!mentioned.TryGet(out var members, out var tooMany)) return tooMany;
        return new NewText(text, members with { All = members.All && facts.Member.Moderates });
    }
}
