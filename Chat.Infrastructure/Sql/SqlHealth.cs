using Chat.Domain;
using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Chat.Infrastructure.Sql;

/// <summary>Whether the database answers.</summary>
internal sealed class SqlHealth(SqlDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("select 1"), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }
    }
}
