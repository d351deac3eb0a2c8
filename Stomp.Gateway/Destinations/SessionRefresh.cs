using Chat.Domain.Outcomes;
using Chat.Domain.Users;
using Stomp.Gateway.Destinations.General;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations;

/// <summary>SEND <c>/app/session/refresh</c>: a new token in place of the one that is about to end.</summary>
internal sealed class SessionRefresh(ITokenVerifier verifier, IUserStore users, Grants grants) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "session", "refresh"];

    public async Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (!RefreshBody.Parse(request.Frame.Body).TryGet(out var text, out var refusal)) return refusal;
        var verdict = await verifier.VerifyAsync(text, cancellationToken);
        if (verdict.Token is not { } token) return new Refusal(RefusalCode.Unauthenticated, verdict.Reason);
        if (token.Caller.Id != session.UserId) return Refusal.Forbidden("The token is somebody else's; connect anew to be somebody else.");
        // By a role that is gone something may be subscribed to, and subscriptions are judged once.
        if (session.Caller.Roles.Any(role => grants.Counts(role) && !token.Caller.Roles.Contains(role))) return Refusal.Forbidden("The token lacks a role that the session has; connect anew.");
        // Live events name the sender by the token, everything that is read back by what is kept.
        await users.SaveAsync(token.Caller.Profile, cancellationToken);
        session.Renew(token);
        return default;
    }
}
