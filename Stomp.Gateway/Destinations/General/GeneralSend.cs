using Chat.Domain.Brokering;
using Chat.Domain.Outcomes;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.General;

/// <summary>SEND to a general destination. Its RECEIPT means that the broker has the message.</summary>
/// <param name="grants">Who may.</param>
/// <param name="prefix">The destination's first segment.</param>
internal sealed class GeneralSend(Grants grants, string prefix) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = [prefix, "**"];

    /// <summary>The order is the broker session's work; only a temporary queue has to be there before anything else is taken up.</summary>
    public bool IsPipelined(in SendRequest request) => TempQueueOf(request.Frame) is null;

    public Refusal? Check(IClientSession session, SendRequest request)
    {
        var text = request.Destination.Text;
        if (!grants.MaySend(session.Caller, text)) return Refusal.Forbidden("General destinations are for services, and for those to whom Stomp:Grants gives them.");
        if (text.StartsWith(GeneralDestination.TempQueue, StringComparison.Ordinal)) throw new StompViolationException(BrokerViolations.TempQueueOnly);
        if (GeneralDestination.Parse(text, isPattern: false) is not { } to) throw new StompViolationException(BrokerViolations.InvalidDestination);
        if (GeneralDestination.IsOwn(to)) return Refusal.Forbidden("What is said there is the gateways' own word among each other.");
        if (request.Frame.GetHeader("message-id"u8) is not null) throw new StompViolationException(BrokerViolations.MessageIdOnSend);
        if (request.Frame.GetHeader("user-id"u8) is { } user && user != session.UserId.Value) throw new StompViolationException(BrokerViolations.AnothersName);
        return QueueGrants.CheckDeadLetters(grants, session.Caller, to, request.Frame);
    }

    public Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (Check(session, request) is { } refusal) return Task.FromResult<SendAnswer>(refusal);
        var to = GeneralDestination.Parse(request.Destination.Text, isPattern: false)!;
        var message = MessageHeaders.Read(request.Frame);
        var queue = QueueHeaders.Queue(request.Frame);
        return TempQueueOf(request.Frame) is { } tempQueue
            ? AskAsync(session, to, message, queue, tempQueue, cancellationToken)
            : AnswerAsync(session.Broker.PublishAsync(to, message, queue));
    }

    private static string? TempQueueOf(Frame frame) =>
        frame.GetHeader("reply-to"u8) is { } replyTo && replyTo.Length > GeneralDestination.TempQueue.Length && replyTo.StartsWith(GeneralDestination.TempQueue, StringComparison.Ordinal)
            ? replyTo
            : null;

    /// <summary>The receiver, whatever it speaks, sees the name of the queue to answer to.</summary>
    private static async Task<SendAnswer> AskAsync(
        IClientSession session, BrokerAddress to, BrokerMessage message, QueueParameters queue, string tempQueue, CancellationToken cancellationToken)
    {
        var name = await session.Broker.TempQueueAsync(tempQueue, cancellationToken);
        return await AnswerAsync(session.Broker.PublishAsync(to, message with { ReplyTo = name }, queue));
    }

    private static async Task<SendAnswer> AnswerAsync(Task published)
    {
        await published;
        return default;
    }
}
