using Chat.Domain;
using Chat.Infrastructure.Health;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Whether the database answers.</summary>
internal sealed class SqlHealth(SqlDatabase database) : IDependencyHealth
{
    public string Name => "database";

    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("select 1"), cancellationToken);
            return null;
        }
        catch (StoreUnavailableException e)
        {
            return e.Message;
        }
    }
}
