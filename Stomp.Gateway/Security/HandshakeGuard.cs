using System.Net;
using Chat.Domain.Outcomes;
using Stomp.Gateway.Http;
using Stomp.Gateway.Options;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Security;

/// <summary>The door of the STOMP endpoints: Origin, rate of connecting, token.</summary>
internal sealed class HandshakeGuard(GatewayOptions gateway, AuthOptions auth, LimitsOptions limits, ITokenVerifier verifier, TimeProvider time) : IHandshakeGuard
{
    private readonly AddressRate _connects = new(limits.ConnectsPerMinute, time);

    public IEnumerable<string> PageOrigins => gateway.AllowedOrigins;

    public async ValueTask<HandshakeVerdict> CheckAsync(HttpContext context)
    {
        if (!IsOriginAllowed(context.Request)) return await RefuseAsync(context, WrongOrigin);
        if (IsTooFast(context.Connection.RemoteIpAddress) is { } tooFast) return await RefuseAsync(context, tooFast);

        var text = BearerToken.From(context.Request);
        if (text is null) return auth.RequireAtHandshake ? await RefuseAsync(context, Unauthenticated("a token is needed")) : Accept(context, token: null);
        var verdict = await verifier.VerifyAsync(text, context.RequestAborted);
        return verdict.Token is { } token ? Accept(context, token) : await RefuseAsync(context, Unauthenticated(verdict.Reason));
    }

    public async ValueTask<HandshakeVerdict> CheckLaterAsync(HttpContext context)
    {
        if (!IsOriginAllowed(context.Request)) return await RefuseAsync(context, WrongOrigin);
        if (BearerToken.From(context.Request) is not { } text) return Accept(context, token: null);
        // A token that has ended meanwhile still tells whose request it is: its signature is as good as before.
        var verdict = await verifier.VerifyAsync(text, context.RequestAborted, ignoreExpiry: true);
        return verdict.Token is { } token ? Accept(context, token) : await RefuseAsync(context, Unauthenticated(verdict.Reason));
    }

    /// <summary>
    /// Whether a page of that origin may talk to us. Programs send no Origin and pass: what the check prevents is that a stranger's page uses a visitor's
    /// browser (RFC 6455 section 10.2).
    /// </summary>
    private bool IsOriginAllowed(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}" || gateway.AllowedOrigins.Contains(origin);
    }

    private Refusal? IsTooFast(IPAddress? address) => _connects.TryTake(address)
        ? null
        : new Refusal(RefusalCode.RateLimited, $"At most {limits.ConnectsPerMinute} connections a minute from one address.", _connects.RetryAfter(address));

    private static HandshakeVerdict Accept(HttpContext context, VerifiedToken? token) =>
        HandshakeVerdict.Accept(new ClientOrigin(context.Connection.RemoteIpAddress, token) { UserAgent = context.Request.Headers.UserAgent.FirstOrDefault() });

    private static async ValueTask<HandshakeVerdict> RefuseAsync(HttpContext context, Refusal refusal)
    {
        await context.WriteProblemAsync(refusal);
        return HandshakeVerdict.Refused;
    }

    private static readonly Refusal WrongOrigin = Refusal.Forbidden("Pages of this origin may not connect; Gateway:AllowedOrigins names those that may.");

    private static Refusal Unauthenticated(string reason) => new(RefusalCode.Unauthenticated, reason);
}
