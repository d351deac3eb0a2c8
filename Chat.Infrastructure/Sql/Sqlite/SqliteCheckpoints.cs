using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Sql.Sqlite;

/// <summary>
/// Takes SQLite's log over into its file, beside those who write. Left to itself SQLite does it within the commit that makes the log too long, and everybody who sends
/// waits for it. Does nothing on other databases.
/// </summary>
/// <remarks>
/// A writer begins the log anew once all of it has been taken over (SQLite documentation, "Write-Ahead Logging", section 2.2). Under load something is always written behind
/// what is being taken over; so the rest, which is short then, is taken over while nobody writes. <see cref="SqliteDialect"/> still bounds the log where this does not get to it.
/// </remarks>
internal sealed partial class SqliteCheckpoints(SqlDatabase database, TimeProvider time, ILogger<SqliteCheckpoints> logger) : BackgroundService
{
    /// <summary>Pages; a log that is longer is worth a moment without writers.</summary>
    private const int Long = 4_000;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private bool _isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database.Dialect is not SqliteDialect) return;
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TakeOverAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last connection that is closed takes over the rest.
            Log.Stopping(logger);
        }
    }

    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await database.ReadAsync(connection => PassAsync(connection, cancellationToken), cancellationToken) is { IsDone: false, Pages: > Long })
            {
                await database.AsOnlyWriterAsync(() => database.ReadAsync(connection => PassAsync(connection, cancellationToken), cancellationToken), cancellationToken);
            }
            _isFailing = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_isFailing) Log.Failed(logger, e);
            _isFailing = true;
        }
    }

    /// <summary>Takes over what it can without being in anybody's way (SQLite documentation, PRAGMA wal_checkpoint).</summary>
    private static async Task<Taken> PassAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "pragma wal_checkpoint(passive)";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Taken(reader.GetInt32(1), reader.GetInt32(2));
    }

    /// <param name="Pages">How long the log is.</param>
    /// <param name="Over">How many of them are in the file, too.</param>
    private sealed record Taken(int Pages, int Over)
    {
        public bool IsDone => Over >= Pages;
    }

    private static partial class Log
    {
        [LoggerMessage(4060, LogLevel.Warning, "The database's log could not be taken over into its file; it grows until it can")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(4061, LogLevel.Debug, "The database's log is left to whoever closes the database")]
        public static partial void Stopping(ILogger logger);
    }
}
