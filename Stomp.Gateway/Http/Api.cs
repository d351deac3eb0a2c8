using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Http;

/// <summary>The REST side of the gateway, described at <c>/openapi/v1.json</c>.</summary>
internal static class Api
{
    /// <summary>How long a browser may remember what it was told about origins: the longest that any takes.</summary>
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(2);

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddCors();
        services.AddExceptionHandler<Failures>();
        // A query that cannot be read is told with a sentence, not by a bare status.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        // Numbers are numbers: what is written elsewhere by these options says so too.
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        return services.AddOpenApi("v1", ApiDocument.Configure);
    }

    public static void UseApi(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<GatewayOptions>().AllowedOrigins;
        app.UseExceptionHandler(_ => { });
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase), api =>
        {
            api.UseStatusCodePages(context => Failures.ExplainAsync(context.HttpContext));
            api.UseCors(policy => Allow(policy, origins));
            api.UseMiddleware<Authentication>();
        });
        var group = app.MapGroup(Answers.ApiRoot);
        group.LimitChanges();
        group.MapRooms();
        group.MapRoomSettings();
        group.MapArrangements();
        group.MapMembers();
        group.MapEntry();
        group.MapModeration();
        group.MapBlocks();
        group.MapMessages();
        group.MapMessageChanges();
        group.MapPins();
        group.MapReading();
        group.MapSchedule();
        group.MapDrafts();
        group.MapSearch();
        group.MapSystemMessages();
        group.MapWebhooks();
        group.MapMe();
        group.MapSessions();
        group.MapRevocations();
        app.MapOpenApi();
    }

    private static void Allow(CorsPolicyBuilder policy, IList<string> origins) => policy
        .WithOrigins([.. origins])
        .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete)
        .WithHeaders("Authorization", "Content-Type")
        .WithExposedHeaders("Location", "Retry-After")
        .SetPreflightMaxAge(PreflightAge);
}
