using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Posts a message to a room. When it answers with a message, that message is committed.</summary>
public sealed class PostMessage(IMessageStore messages, PostingDetails details, TimeProvider time)
{
    /// <summary>A plain message is in the store's hands when this returns its task; one for which <see cref="NewMessage.IsPlain"/> does not hold gets there later.</summary>
    public Task<Outcome<PostedMessage>> ExecuteAsync(Caller caller, RoomId room, NewMessage message, CancellationToken cancellationToken)
    {
        if (message.Check() is { } wrong) return Task.FromResult<Outcome<PostedMessage>>(wrong);
        var draft = new MessageDraft(MessageId.New(time.GetUtcNow()), room, caller.Profile, message.Type, message.Text, message.ClientMessageId, Admit)
        {
            ThreadRootId = message.ThreadRootId,
            TimeToLive = message.TimeToLive,
            BurnAfterRead = message.BurnAfterRead,
            IsScheduled = message.IsScheduled,
        };
        return message.IsPlain ? messages.AppendAsync(draft, cancellationToken) : PostInFullAsync(caller, message, draft, cancellationToken);
    }

    private async Task<Outcome<PostedMessage>> PostInFullAsync(Caller caller, NewMessage message, MessageDraft draft, CancellationToken cancellationToken)
    {
        if (!(await details.CompleteAsync(caller, message, draft, cancellationToken)).TryGet(out var complete, out var refusal)) return await FindRepeatAsync(draft, refusal, cancellationToken);
        var outcome = await messages.AppendAsync(complete.Draft, cancellationToken);
        if (outcome.TryGet(out var posted, out _) && !posted.Repeated) details.Tell(posted, complete);
        return outcome;
    }

    /// <summary>What is refused may be the repeat of what was stored while it still had what it refers to: the store alone knows.</summary>
    private async Task<Outcome<PostedMessage>> FindRepeatAsync(MessageDraft draft, Refusal refusal, CancellationToken cancellationToken)
    {
        if (refusal == Refusal.NotMember || draft.ClientMessageId is null) return refusal;
        return await messages.AppendAsync(draft with { Admit = facts => facts.Membership is { IsCurrent: true } ? refusal : Refusal.NotMember }, cancellationToken);
    }

    private static Refusal? Admit(PostingFacts facts) => RoomRights.CheckPosting(facts.Room, facts.Membership, facts.Now);
}
