using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations;

/// <summary>SEND <c>/app/rooms/{roomId}/messages/{messageId}/…</c>: something becomes of a message.</summary>
/// <param name="verb">The last segment.</param>
/// <param name="rate">How fast one user may.</param>
internal abstract class MessageChangeSend(string verb, MessageRate rate) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms", "*", "messages", "*", verb];

    public async Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request.Frame).TryGet(out var change, out var refusal)) return refusal;
        if (!RoomId.TryParse(request.Variables[0], out var room)) return Refusal.NotMember;
        if (rate.TryTakeChange(session.UserId) is { } tooFast) return tooFast;
        // Of what is no id at all there is no message: a member is told so, and nobody else.
        _ = MessageId.TryParse(request.Variables[1], out var message);
        return (await change(session.Caller, room, message, cancellationToken)).Refusal;
    }

    /// <summary>What is to be done, as the frame says.</summary>
    protected abstract Outcome<Change> Read(Frame frame);

    protected delegate ValueTask<Outcome<Message>> Change(Caller caller, RoomId room, MessageId message, CancellationToken cancellationToken);
}

internal sealed class MessageEdits(EditMessage editMessage, MessageRate rate) : MessageChangeSend("edit", rate)
{
    protected override Outcome<Change> Read(Frame frame)
    {
        if (!EditBody.Parse(frame.Body).TryGet(out var text, out var refusal)) return refusal;
        return new Change((caller, room, message, cancellationToken) => editMessage.ExecuteAsync(caller, room, message, text, cancellationToken));
    }
}

internal sealed class MessageDeletes(DeleteMessage deleteMessage, MessageRate rate) : MessageChangeSend("delete", rate)
{
    protected override Outcome<Change> Read(Frame frame) => new Change(deleteMessage.ExecuteAsync);
}

internal sealed class MessagePins(PinMessage pinMessage, MessageRate rate) : MessageChangeSend("pin", rate)
{
    protected override Outcome<Change> Read(Frame frame) =>
        new Change((caller, room, message, cancellationToken) => pinMessage.ExecuteAsync(caller, room, message, pinned: true, cancellationToken));
}

internal sealed class MessageUnpins(PinMessage pinMessage, MessageRate rate) : MessageChangeSend("unpin", rate)
{
    protected override Outcome<Change> Read(Frame frame) =>
        new Change((caller, room, message, cancellationToken) => pinMessage.ExecuteAsync(caller, room, message, pinned: false, cancellationToken));
}

internal sealed class MessageReactions(ReactToMessage reactToMessage, MessageRate rate) : MessageChangeSend("reactions", rate)
{
    protected override Outcome<Change> Read(Frame frame)
    {
        if (!ReactionBody.Parse(frame.Body).TryGet(out var asked, out var refusal)) return refusal;
        return new Change((caller, room, message, cancellationToken) =>
            reactToMessage.ExecuteAsync(caller, room, message, asked.Emoji, asked.IsOn, cancellationToken));
    }
}
