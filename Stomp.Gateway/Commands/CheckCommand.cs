using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Stomp.Gateway.Commands;

/// <summary><c>check</c>: whether everything that is configured answers.</summary>
internal static class CheckCommand
{
    public static async Task<int> RunAsync(WebApplication gateway, CancellationToken cancellationToken)
    {
        var report = await gateway.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken);
        foreach (var (name, entry) in report.Entries) Console.WriteLine($"{name}: {(entry.Status is HealthStatus.Healthy ? "ok" : entry.Description)}");
        return report.Status is HealthStatus.Healthy ? ExitCode.Ok : ExitCode.Unavailable;
    }
}
