using Chat.Domain.Sessions;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>Taking tokens back, for administrators.</summary>
internal static class RevocationRoutes
{
    public static void MapRevocations(this IEndpointRouteBuilder api) =>
        api.MapPost("/admin/revocations", RevokeAsync).WithTags("Administration").WithSummary("Takes back one token, or a user's tokens issued before a time.")
            .Accepts<RevocationBody>("application/json").Produces(StatusCodes.Status204NoContent);

    [Unlimited]
    private static async Task<IResult> RevokeAsync(HttpContext context, RevokeTokens revokeTokens)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.RevocationBody);
        if (!body.TryGet(out var asked, out var unreadable)) return Answers.Refused(unreadable);
        return await revokeTokens.ExecuteAsync(context.GetCaller(), asked.Jti, asked.UserId, asked.IssuedBefore, context.RequestAborted) is { } refusal
            ? Answers.Refused(refusal)
            : Results.NoContent();
    }
}
