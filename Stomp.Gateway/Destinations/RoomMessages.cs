using Chat.Domain;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations;

/// <summary>SEND <c>/app/rooms/{roomId}/messages</c>: posts a message.</summary>
internal sealed class RoomMessages(PostMessage postMessage, MessageRate rate) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms", "*", "messages"];

    /// <summary>The store takes messages in the order in which they are handed to it, and answers many at once.</summary>
    public bool IsPipelined(in SendRequest request) => true;

    public Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        var body = PostMessageBody.Parse(request.Frame.Body, request.Frame.GetHeader("content-type"u8), request.Frame.GetHeader("client-message-id"u8));
        if (!body.TryGet(out var post, out var refusal)) return Task.FromResult<SendAnswer>(refusal);
        if (!RoomId.TryParse(request.Variable, out var room)) return Task.FromResult(new SendAnswer(Refusal.NotMember, post.ClientMessageId));
        if (rate.TryTake(session.UserId) is { } tooFast) return Task.FromResult(new SendAnswer(tooFast, post.ClientMessageId));

        var posted = postMessage.ExecuteAsync(session.Caller, room, post.Text ?? "", post.ClientMessageId, cancellationToken);
        return AnswerAsync(posted, post.ClientMessageId);
    }

    private static async Task<SendAnswer> AnswerAsync(Task<Outcome<PostedMessage>> posted, string? clientMessageId)
    {
        try
        {
            return new SendAnswer((await posted).Refusal, clientMessageId);
        }
        catch (StoreUnavailableException e)
        {
            // The sender is told which message, to send it again under the same id: it may be stored all the same.
            return new SendAnswer(SendAnswer.Unavailable, clientMessageId, e);
        }
    }
}
