using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Stomp.Gateway.Http;

/// <summary>Probes: whether the process lives, and whether it can do its work. They tell strangers no more than that; the log has the reasons.</summary>
internal static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var checks = report.Entries.ToDictionary(entry => entry.Key, entry => WordFor(entry.Value.Status), StringComparer.Ordinal);
        return context.Response.WriteAsJsonAsync(new { status = WordFor(report.Status), checks }, context.RequestAborted);
    }

    /// <summary>Degraded is what the gateway does without: it still is ready.</summary>
    private static string WordFor(HealthStatus status) => status switch
    {
        HealthStatus.Unhealthy => "down",
        HealthStatus.Degraded => "degraded",
        _ => "up",
    };
}
