using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations;

/// <summary>SEND <c>/app/presence</c>: the sender steps away, or is back.</summary>
internal sealed class OwnPresence : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "presence"];

    public Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (!PresenceBody.Parse(request.Frame.Body).TryGet(out var isAway, out var refusal)) return Task.FromResult<SendAnswer>(refusal);
        session.SayAway(isAway);
        return Task.FromResult(default(SendAnswer));
    }
}
