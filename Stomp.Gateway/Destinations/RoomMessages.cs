using System.Buffers;
using Chat.Domain;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations;

/// <summary>SEND <c>/app/rooms/{roomId}/messages</c>: posts a message.</summary>
internal sealed class RoomMessages(PostMessage postMessage, MessageRate rate, RoomRate roomRate) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms", "*", "messages"];

    /// <summary>
    /// The store takes plain messages in the order in which they are handed to it, and answers many at once. One for which something is looked up first holds the
    /// next up, so that this cannot overtake it.
    /// </summary>
    public bool IsPipelined(in SendRequest request)
    {
        var body = request.Frame.Body;
        return IsPlain(body.IsSingleSegment ? body.FirstSpan : body.ToArray());
    }

    public Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        var parsed = PostMessageBody.Parse(request.Frame.Body, request.Frame.GetHeader("content-type"u8), request.Frame.GetHeader("client-message-id"u8));
        if (!parsed.TryGet(out var post, out var refusal)) return Task.FromResult(new SendAnswer(refusal, request.Frame.GetHeader("client-message-id"u8)));
        if (!post.ToMessage().TryGet(out var message, out refusal)) return Task.FromResult(new SendAnswer(refusal, post.ClientMessageId));
        if (!RoomId.TryParse(request.Variable, out var room)) return Task.FromResult(new SendAnswer(Refusal.NotMember, post.ClientMessageId));
        if (rate.TryTake(session.UserId) is { } tooFast) return Task.FromResult(new SendAnswer(tooFast, post.ClientMessageId));

        return roomRate.IsFull(room)
            ? RefuseAsync(session, room, post.ClientMessageId, cancellationToken)
            : AnswerAsync(postMessage.ExecuteAsync(session.Caller, room, message, cancellationToken), post.ClientMessageId);
    }

    private async Task<SendAnswer> RefuseAsync(IClientSession session, RoomId room, string? clientMessageId, CancellationToken cancellationToken) =>
        new(await roomRate.RefuseAsync(room, session.UserId, cancellationToken), clientMessageId);

    private async Task<SendAnswer> AnswerAsync(Task<Outcome<PostedMessage>> posting, string? clientMessageId)
    {
        try
        {
            var outcome = await posting;
            roomRate.Count(outcome);
            return new SendAnswer(outcome.Refusal, clientMessageId);
        }
        catch (StoreUnavailableException e)
        {
            return SendAnswer.Lost(clientMessageId, e);
        }
    }

    /// <summary>
    /// Whether it surely is a message for which <see cref="NewMessage.IsPlain"/> holds. JSON can write each letter of ASCII as <c>\u00xx</c>, so what has those may
    /// be anything.
    /// </summary>
    private static bool IsPlain(ReadOnlySpan<byte> body) =>
        !body.Contains((byte)'@') && body.IndexOf("THREAD"u8) < 0 && body.IndexOf("quoteId"u8) < 0 && body.IndexOf("forward"u8) < 0 && body.IndexOf("\\u00"u8) < 0;
}
