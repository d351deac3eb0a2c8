using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Stomp.Gateway.Diagnostics;
using Stomp.Gateway.Options;
using Stomp.Gateway.Transports.SockJs;
using Stomp.Gateway.Transports.SockJs.TestServices;

namespace Stomp.Gateway.Transports;

/// <summary>The STOMP paths: a WebSocket at the path itself, and the same path as a SockJS base URL.</summary>
internal static class StompEndpoints
{
    private const string Greeting = "Welcome to SockJS!\n";

    /// <summary>Adds what <see cref="MapStomp"/> needs, but not the options, <see cref="IHandshakeGuard"/> and <see cref="IConnectionRunner"/>.</summary>
    public static IServiceCollection AddStompTransports(this IServiceCollection services)
    {
        services.AddOptions<SockJsOptions>().BindConfiguration(SockJsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SockJsOptions>, SockJsOptionsRanges>();
        services.AddSingleton<IValidateOptions<SockJsOptions>, SockJsOptionsValidator>();
        services.AddSingleton<IValidateOptions<StompOptions>, TestServicePathsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<SockJsLosses>();
        services.AddSingleton<SockJsSweeper>();
        services.AddSingleton<SockJsSessions>();
        services.AddHostedService(provider => provider.GetRequiredService<SockJsSessions>());
        services.AddSingleton<WebSocketEndpoint>();
        services.AddSingleton<SockJsEndpoint>();
        return services;
    }

    /// <summary>Serves <paramref name="path"/> and all below it, so that no fallback page answers for an unknown SockJS URL.</summary>
    /// <param name="app">Where the routes go.</param>
    /// <param name="path">Begins with a slash and does not end with one, such as <c>/ws</c>.</param>
    public static void MapStomp(this IEndpointRouteBuilder app, string path) =>
        app.MapSockJs(path, app.ServiceProvider.GetRequiredService<WebSocketEndpoint>(), app.ServiceProvider.GetRequiredService<SockJsEndpoint>());

    /// <summary>The same for what is not STOMP.</summary>
    public static void MapSockJs(this IEndpointRouteBuilder app, string path, WebSocketEndpoint webSockets, SockJsEndpoint sockJs)
    {
        var prefix = new PathString(path);

        // The path is cut here and not by route patterns: SockJS tells apart letter case and empty segments, which they do not.
        app.Map($"{path}/{{**rest}}", context =>
        {
            if (!context.Request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase, out var rest))
                return AnswerAsync(context, StatusCodes.Status404NotFound);
            var segments = Segments(rest.Value);
            return segments switch
            {
                [] when WebSocketHandshake.IsAskedFor(context.Request) => webSockets.RunPlainAsync(context),
                [] => GreetAsync(context),
                _ => sockJs.HandleAsync(context, segments),
            };
        }).ShortCircuit();
    }

    /// <summary>Answers by the status alone.</summary>
    public static Task AnswerAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    public static Task RefuseMethodAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return AnswerAsync(context, StatusCodes.Status405MethodNotAllowed);
    }

    /// <summary>One slash at the end means nothing, as in the other SockJS servers.</summary>
    private static string[] Segments(string? rest) => rest is null or "" or "/" ? [] : (rest[^1] == '/' ? rest[1..^1] : rest[1..]).Split('/');

    private static Task GreetAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
            return RefuseMethodAsync(context, HttpMethods.Get);
        context.Response.ContentType = "text/plain; charset=UTF-8";
        context.Response.ContentLength = Greeting.Length;
        return context.Response.WriteAsync(Greeting);
    }
}
