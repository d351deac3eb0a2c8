using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Reacts to a message by an emoji, or takes that back. Each member has each emoji once.</summary>
public sealed class ReactToMessage(IMessageChanges changes, TimeProvider time)
{
    /// <summary>Different emoji at one message.</summary>
    public const int MostEmoji = 20;

    /// <param name="caller">Who reacts.</param>
    /// <param name="room">Where.</param>
    /// <param name="message">To what.</param>
    /// <param name="emoji">By what.</param>
    /// <param name="isOn">Whether the reaction is there from then on. When it is so already, nothing happens.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Outcome<Message>> ExecuteAsync(
        Caller caller, RoomId room, MessageId message, string emoji, bool isOn, CancellationToken cancellationToken)
    {
        if (!Emoji.IsOne(emoji)) return Refusal.Invalid("emoji has to be exactly one emoji.");
        var reaction = new Reaction(caller.Id, emoji, isOn);
        return await changes.ChangeAsync(room, message, caller.Id, facts => Decide(facts, reaction, time.GetUtcNow()), cancellationToken);
    }

    private static Outcome<MessageChange> Decide(MessageFacts facts, Reaction reaction, DateTimeOffset now)
    {
        if (!facts.FindPresent().TryGet(out var message, out var refusal)) return refusal;
        if (!reaction.IsOn) return reaction;
        if (facts.CheckVoice(now) is { } silenced) return silenced;
        return message.Reactions.Count >= MostEmoji && message.Reactions.All(there => there.Emoji != reaction.Emoji)
            ? new Refusal(RefusalCode.Conflict, $"The message has {MostEmoji} different reactions, which is as many as it can have.")
            : reaction;
    }
}
