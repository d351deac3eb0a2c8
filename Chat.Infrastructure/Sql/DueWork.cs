using Microsoft.Extensions.Hosting;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Does what falls due in the database, over and over, and says itself when it wants to look again. A database that is away is one line in the log, however long
/// it is away; what fell due meanwhile is done when it is back.
/// </summary>
/// <param name="retryAfter">How long it rests after a look that failed.</param>
internal abstract class DueWork(TimeSpan retryAfter, TimeProvider time) : BackgroundService
{
    private bool _isFailing;

    protected TimeProvider Time => time;

    /// <summary>Does what is due now.</summary>
    /// <returns>How long until the next look; zero when there was more than one look takes up.</returns>
    protected abstract Task<TimeSpan> LookAsync(CancellationToken cancellationToken);

    /// <summary>Tells the log of the first of several looks that failed.</summary>
    protected abstract void LogFailure(Exception exception);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await TryLookAsync(stoppingToken);
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> TryLookAsync(CancellationToken stoppingToken)
    {
        try
        {
            var pause = await LookAsync(stoppingToken);
            _isFailing = false;
            return pause;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            if (!_isFailing) LogFailure(e);
            _isFailing = true;
            return retryAfter;
        }
        catch (OperationCanceledException)
        {
            // The gateway stops; what is due is due at the next start, too.
            return TimeSpan.Zero;
        }
    }
}
