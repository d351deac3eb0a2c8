using Chat.Domain.Outcomes;
using Microsoft.AspNetCore.Mvc;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>Refusals over HTTP: problem details (RFC 9457) with the same <c>code</c> as over STOMP.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static IResult Of(Refusal refusal) => new RefusalResult(refusal);

    public static Task WriteProblemAsync(this HttpContext context, Refusal refusal) => context.WriteProblemAsync(refusal, StatusOf(refusal.Code));

    /// <summary>The same with a status that says more than the code does.</summary>
    public static Task WriteProblemAsync(this HttpContext context, Refusal refusal, int status)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        if (refusal.RetryAfter is { } after) context.Response.Headers.RetryAfter = $"{Math.Max(1, (long)Math.Ceiling(after.TotalSeconds))}";
        var code = WireNames.Of(refusal.Code);
        var problem = new ProblemDetails { Type = $"urn:chatstomp:{code}", Title = TitleOf(refusal.Code), Status = status, Detail = refusal.Detail };
        problem.Extensions["code"] = code;
        if (refusal.RetryAfter is { } wait) problem.Extensions["retryAfterMs"] = (long)Math.Ceiling(wait.TotalMilliseconds);
        // Without a token of ours a client that is gone meanwhile is no error: nobody is left to be told.
        return context.Response.WriteAsJsonAsync(problem, options: null, ContentType, CancellationToken.None);
    }

    public static int StatusOf(RefusalCode code) => code switch
    {
        RefusalCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        RefusalCode.Forbidden or RefusalCode.NotMember or RefusalCode.Muted or RefusalCode.Banned => StatusCodes.Status403Forbidden,
        RefusalCode.NotFound => StatusCodes.Status404NotFound,
        RefusalCode.RoomFull or RefusalCode.Conflict or RefusalCode.EditWindowClosed => StatusCodes.Status409Conflict,
        RefusalCode.RateLimited => StatusCodes.Status429TooManyRequests,
        RefusalCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalCode.Infected => StatusCodes.Status422UnprocessableEntity,
        RefusalCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };

    private static string TitleOf(RefusalCode code) => code switch
    {
        RefusalCode.Unauthenticated => "A good token is needed",
        RefusalCode.Forbidden => "Not allowed",
        RefusalCode.NotFound => "Not found",
        RefusalCode.NotMember => "Not a member of the room",
        RefusalCode.RoomFull => "The room is full",
        RefusalCode.Muted => "Muted",
        RefusalCode.Banned => "Banned",
        RefusalCode.RateLimited => "Too fast",
        RefusalCode.TooLarge => "Too large",
        RefusalCode.EditWindowClosed => "Too late to change",
        RefusalCode.Conflict => "Conflict",
        RefusalCode.Infected => "The file is infected",
        RefusalCode.Unavailable => "Not available now",
        _ => "Invalid request",
    };

    private sealed class RefusalResult(Refusal refusal) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => httpContext.WriteProblemAsync(refusal);
    }
}
