using Chat.Domain.Sessions;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>Where I am connected, and the end of it.</summary>
internal static class SessionRoutes
{
    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sessions", ListAsync).WithTags("Sessions").WithSummary("My sessions on all nodes, oldest first.").Produces<ListJson<SessionJson>>();
        api.MapDelete("/sessions", EndAllAsync).WithTags("Sessions").WithSummary("Ends all my sessions, but for the one of except.").Produces(StatusCodes.Status204NoContent);
        api.MapDelete("/sessions/{id}", EndAsync).WithTags("Sessions").WithSummary("Ends one of my sessions.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ISessionStore sessions)
    {
        var mine = await sessions.ListAsync(context.GetCaller().Id, context.RequestAborted);
        return Answers.Ok(new ListJson<SessionJson>([.. mine.Select(SessionJson.Of)], Next: null), WireJson.Wire.ListJsonSessionJson);
    }

    private static async Task<IResult> EndAsync(HttpContext context, EndSessions endSessions, string id) =>
        await endSessions.EndOneAsync(context.GetCaller(), id, context.RequestAborted) is { } refusal ? Answers.Refused(refusal) : Results.NoContent();

    private static async Task<IResult> EndAllAsync(HttpContext context, EndSessions endSessions, string? except)
    {
        await endSessions.EndAllAsync(context.GetCaller(), except, context.RequestAborted);
        return Results.NoContent();
    }
}
