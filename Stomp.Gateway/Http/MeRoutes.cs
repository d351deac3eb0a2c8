using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>Who the caller is, as the gateway read it from the token.</summary>
internal static class MeRoutes
{
    public static void MapMe(this IEndpointRouteBuilder api) =>
        api.MapGet("/me", Find).WithTags("Me").WithSummary("Who I am, as my token says.").Produces<MeJson>();

    private static IResult Find(HttpContext context) => Answers.Ok(MeJson.Of(context.GetCaller()), WireJson.Wire.MeJson);
}
