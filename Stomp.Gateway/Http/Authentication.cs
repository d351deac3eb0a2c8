using Chat.Domain.Outcomes;
using Chat.Domain.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Stomp.Gateway.Options;
using Stomp.Gateway.Security;

namespace Stomp.Gateway.Http;

/// <summary>
/// Lets nobody into the API without a good token, but where the address itself says who may (<see cref="IAllowAnonymous"/>), and gives everybody who is in a limit
/// for what they send.
/// </summary>
internal sealed class Authentication(RequestDelegate next, ITokenVerifier verifier, IUserStore users, LimitsOptions limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            LimitBody(context, limits.FrameBytes);
            await next(context);
            return;
        }
        if (BearerToken.FromHeader(context.Request.Headers.Authorization) is not { } text)
        {
            await context.WriteProblemAsync(new Refusal(RefusalCode.Unauthenticated, "A token is needed: Authorization: Bearer."));
            return;
        }
        var verdict = await verifier.VerifyAsync(text, context.RequestAborted);
        if (verdict.Token is not { Caller: var caller })
        {
            await context.WriteProblemAsync(new Refusal(RefusalCode.Unauthenticated, verdict.Reason));
            return;
        }
        // Others see the name of whoever does something, so it is kept first.
        await users.SaveAsync(caller.Profile, context.RequestAborted);
        context.Features.Set(caller);
        LimitBody(context, caller.IsService ? limits.ServiceFrameBytes : limits.FrameBytes);
        await next(context);
    }

    /// <summary>A body may be as large as that of a frame.</summary>
    private static void LimitBody(HttpContext context, int limit)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = limit == 0 ? null : limit;
    }
}

internal static class AuthenticationFeatures
{
    /// <summary>Who asks; there behind <see cref="Authentication"/>.</summary>
    public static Caller GetCaller(this HttpContext context) => context.Features.GetRequiredFeature<Caller>();
}
