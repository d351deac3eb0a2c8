using System.Security.Cryptography;
using System.Text;
using Chat.Domain.Brokering;
using Chat.Domain.Outcomes;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.General;

/// <summary>SUBSCRIBE to a general destination.</summary>
/// <param name="grants">Who may.</param>
/// <param name="prefix">The destination's first segment.</param>
internal sealed class GeneralSubscribe(Grants grants, string prefix) : ISubscribeHandler
{
    public IReadOnlyList<string> Pattern { get; } = [prefix, "**"];

    public async ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken)
    {
        var text = request.Destination.Text;
        if (!grants.MaySubscribe(session.Caller, text)) return Refusal.Forbidden("General destinations are for services, and for those to whom Stomp:Grants gives them.");
        if (text.StartsWith(GeneralDestination.TempQueue, StringComparison.Ordinal)) throw new StompViolationException(BrokerViolations.TempQueueOnly);
        if (GeneralDestination.Parse(text, isPattern: true) is not { } from) throw new StompViolationException(BrokerViolations.InvalidDestination);
        if (GeneralDestination.IsOwnInbox(from)) return Refusal.Forbidden("What comes there is for the gateways.");
        if ((QueueGrants.CheckName(grants, session.Caller, request.Frame) ?? QueueGrants.CheckDeadLetters(grants, session.Caller, from, request.Frame)) is { } refusal) return refusal;

        var queue = QueueHeaders.Queue(request.Frame);
        var consumer = QueueHeaders.Consumer(request.Frame, request.Ack, DurableNameOf(from, queue, text, request.Id));
        var subscription = new GeneralSubscription(session, request.Id, request.SubscribedAs, GeneralDestination.IsPattern(from), request.Ack);
        subscription.Begin(await session.Broker.ConsumeAsync(from, queue, consumer, subscription.DeliverAsync, cancellationToken));
        return Outcome.Of<ISubscription>(subscription);
    }

    /// <summary>
    /// A durable subscription to a topic is found again by its destination and id, from whatever session (RabbitMQ STOMP plugin, Durable Topic Subscriptions).
    /// </summary>
    private static string? DurableNameOf(BrokerAddress from, QueueParameters queue, string destination, string? id)
    {
        if (from is not (TopicAddress or ExchangeAddress) || queue is not { IsDurable: true, IsAutoDelete: false }) return null;
        if (id is null) throw new StompViolationException(BrokerViolations.DurableWithoutId);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{destination}\0{id}"));
        return queue.Name ?? $"stomp-subscription-{Convert.ToHexStringLower(digest.AsSpan(0, 16))}";
    }
}
