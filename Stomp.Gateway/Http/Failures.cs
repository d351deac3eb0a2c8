using Chat.Domain;
using Chat.Domain.Outcomes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Stomp.Gateway.Destinations;

namespace Stomp.Gateway.Http;

/// <summary>What an HTTP request is answered when it could not be carried out.</summary>
internal sealed partial class Failures(ILogger<Failures> logger) : IExceptionHandler
{
    private static readonly Refusal Failed = new(RefusalCode.Unavailable, "The server failed; try again.");

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case BadHttpRequestException bad:
                await httpContext.WriteProblemAsync(RefusalOf(bad));
                break;
            case ConnectionResetException or ConnectionAbortedException:
                Log.ClientGone(logger, httpContext.Request.Method, PathOf(httpContext), exception);
                httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                break;
            case StoreUnavailableException:
                Log.StoreUnavailable(logger, httpContext.Request.Method, PathOf(httpContext), exception);
                await httpContext.WriteProblemAsync(SendAnswer.Unavailable);
                break;
            default:
                Log.Failed(logger, httpContext.Request.Method, PathOf(httpContext), exception);
                await httpContext.WriteProblemAsync(Failed, StatusCodes.Status500InternalServerError);
                break;
        }
        return true;
    }

    /// <summary>What routing answers by a status alone gets its problem details.</summary>
    public static Task ExplainAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => context.WriteProblemAsync(Refusal.NotFound("There is nothing at this address.")),
        StatusCodes.Status405MethodNotAllowed => context.WriteProblemAsync(
            Refusal.Invalid($"This address does not take {context.Request.Method}."), StatusCodes.Status405MethodNotAllowed),
        _ => Task.CompletedTask,
    };

    /// <summary>What may be logged of an address: its pattern, as what stands in it may let somebody in, a webhook's secret or an invite's code.</summary>
    private static string PathOf(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>()?.Endpoint is RouteEndpoint route ? route.RoutePattern.RawText!
            // Other methods than its own, and addresses below it, have the secret too, and are no routes.
            : context.Request.Path.StartsWithSegments(WebhookRoutes.Root, StringComparison.OrdinalIgnoreCase) ? $"{WebhookRoutes.Root}/…"
            : context.Request.Path;

    private static Refusal RefusalOf(BadHttpRequestException bad) => bad.StatusCode is StatusCodes.Status413PayloadTooLarge
        ? new Refusal(RefusalCode.TooLarge, "The body is too large.")
        : Refusal.Invalid("The request cannot be read: before, after and limit are whole numbers, favorite, archived and ban true or false, and a body is as long as its Content-Length says.");

    private static partial class Log
    {
        [LoggerMessage(5003, LogLevel.Debug, "{Method} {Path}: the client is gone, nobody is left to be answered")]
        public static partial void ClientGone(ILogger logger, string method, string path, Exception exception);

        [LoggerMessage(5001, LogLevel.Warning, "{Method} {Path}: refused, the database is unavailable")]
        public static partial void StoreUnavailable(ILogger logger, string method, string path, Exception exception);

        [LoggerMessage(5002, LogLevel.Error, "{Method} {Path}: failed")]
        public static partial void Failed(ILogger logger, string method, string path, Exception exception);
    }
}
