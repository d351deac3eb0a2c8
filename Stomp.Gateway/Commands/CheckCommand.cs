using Microsoft.Extensions.Diagnostics.HealthChecks;
using Stomp.Gateway.Options;
using Stomp.Gateway.Security;

namespace Stomp.Gateway.Commands;

/// <summary><c>check</c>: whether everything that is configured answers.</summary>
internal static class CheckCommand
{
    public static async Task<int> RunAsync(WebApplication gateway, CancellationToken cancellationToken)
    {
        var report = await gateway.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken);
        foreach (var (name, entry) in report.Entries) Console.WriteLine($"{name}: {(entry.Status is HealthStatus.Healthy ? "ok" : entry.Description)}");
        var authFault = await AuthFaultAsync(gateway.Services, cancellationToken);
        Console.WriteLine($"auth: {authFault ?? "ok"}");
        return report.Status is HealthStatus.Healthy && authFault is null ? ExitCode.Ok : ExitCode.Unavailable;
    }

    /// <summary>
    /// What keeps tokens from being verified. A gateway that serves does not ask ahead: whether the Auth Server answers shows at the first token, and the token
    /// server for development runs with the gateway.
    /// </summary>
    private static async Task<string?> AuthFaultAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var options = services.GetRequiredService<AuthOptions>();
        if (string.IsNullOrEmpty(options.Authority) && string.IsNullOrEmpty(options.JwksUrl)) return null;
        try
        {
            await services.GetRequiredService<TokenKeys>().GetAsync(cancellationToken);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }
}
