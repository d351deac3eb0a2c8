using Chat.Domain.Outcomes;
using Stomp.Gateway.Delivery;

namespace Stomp.Gateway.Destinations;

/// <summary>SUBSCRIBE <c>/user/queue/errors</c> or <c>/user/queue/events</c>: what the session is told in person.</summary>
internal abstract class SessionQueue(Mailbox mailbox, string name) : ISubscribeHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["user", "queue", name];

    public ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Outcome.Of(session.OpenMailbox(mailbox, request.Head)));
}

internal sealed class SessionErrors() : SessionQueue(Mailbox.Errors, "errors");

internal sealed class SessionEvents() : SessionQueue(Mailbox.Events, "events");
