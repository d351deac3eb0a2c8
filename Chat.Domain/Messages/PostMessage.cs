using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Posts a message to a room. When it answers with a message, that message is committed.</summary>
public sealed class PostMessage(IMessageStore messages, TimeProvider time)
{
    public const int MaxClientMessageIdLength = 128;

    public Task<Outcome<PostedMessage>> ExecuteAsync(
        Caller caller, RoomId room, string text, string? clientMessageId, CancellationToken cancellationToken)
    {
        if (Check(text, clientMessageId) is { } wrong) return Task.FromResult<Outcome<PostedMessage>>(wrong);

        var draft = new MessageDraft(
            MessageId.New(time.GetUtcNow()), room, caller.Profile, MessageType.Text, text, clientMessageId, Admit);
        return messages.AppendAsync(draft, cancellationToken);
    }

    private static Refusal? Check(string text, string? clientMessageId)
    {
        if (MessageText.Check(text) is { } wrong) return wrong;
        return clientMessageId is null || OpaqueText.IsIdentifier(clientMessageId, MaxClientMessageIdLength)
            ? null
            : Refusal.Invalid("clientMessageId has 1 to 128 characters, no control characters, and no blank at either end.");
    }

    private static Refusal? Admit(PostingFacts facts) => RoomRights.CheckPosting(facts.Room, facts.Membership, facts.Now);
}
