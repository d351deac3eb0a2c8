using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Stomp.Gateway.Destinations.General;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations;

/// <summary>
/// SEND <c>/queue/chat.system</c>: a service has the system say something. With RabbitMQ or without, the gateway posts it itself, so that the RECEIPT means that it
/// is stored.
/// </summary>
internal sealed class SystemMessages(PostSystemMessage postSystemMessage, Grants grants) : ISendHandler
{
    private const string Queue = "/queue/chat.system";

    public IReadOnlyList<string> Pattern { get; } = ["queue", "chat", "system"];

    public bool IsPipelined(in SendRequest request) => true;

    public Refusal? Check(IClientSession session, SendRequest request) =>
        grants.MaySend(session.Caller, Queue) ? null : Refusal.Forbidden("SYSTEM messages are for services, and for those to whom Stomp:Grants gives them.");

    public async Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (Check(session, request) is { } forbidden) return forbidden;
        if (!SystemMessageBody.Parse(request.Frame.Body).TryGet(out var message, out var refusal)) return refusal;
        return new SendAnswer((await postSystemMessage.ExecuteAsync(message, cancellationToken)).Refusal, message.IdempotencyKey);
    }
}
