using Chat.Domain.Outcomes;
using Stomp.Gateway.Delivery;

namespace Stomp.Gateway.Destinations;

/// <summary>SUBSCRIBE <c>/user/queue/errors</c>: what the chat refuses of what this session sent.</summary>
internal sealed class SessionErrors : ISubscribeHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["user", "queue", "errors"];

    public ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Outcome.Of(session.OpenMailbox(Mailbox.Errors, request.Head)));
}

/// <summary>SUBSCRIBE <c>/user/queue/events</c>: what concerns this session, and what its user is told in person on whatever node.</summary>
internal sealed class SessionEvents(UserNotices notices) : ISubscribeHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["user", "queue", "events"];

    public async ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken) =>
        Outcome.Of(await notices.SubscribeAsync(session, request.Head, session.OpenMailbox(Mailbox.Events, request.Head), cancellationToken));
}
