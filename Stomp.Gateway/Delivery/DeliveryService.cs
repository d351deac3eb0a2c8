using Chat.Domain.Events;

namespace Stomp.Gateway.Delivery;

/// <summary>Keeps delivery going: starts the bus, audits what was delivered, ends feeds without listeners.</summary>
internal sealed partial class DeliveryService(
    IEventBus bus, EventDelivery delivery, RoomFeeds feeds, RoomLists roomLists, ILogger<DeliveryService> logger) : BackgroundService
{
    /// <summary>How soon after an interruption the store is asked what was missed.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    /// <summary>Every so many ticks the store is asked anyway: a broker can lose a message without knowing.</summary>
    private const int TicksPerAudit = 10;

    /// <summary>The bus is started with the server, before it listens: who connects finds it there.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await bus.StartAsync(delivery, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var memberEvents = roomLists.RunAsync(stoppingToken);
        using var timer = new PeriodicTimer(Tick);
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(stoppingToken); tick++)
            {
                var mayHaveMissed = delivery.TakeAuditDue();
                if (mayHaveMissed) roomLists.Compare();
                if (mayHaveMissed || tick % TicksPerAudit == 0) await AuditAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Log.Stopping(logger);
        }
        await memberEvents.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AuditAsync(CancellationToken stoppingToken)
    {
        try
        {
            await feeds.AuditAsync(stoppingToken);
            await feeds.SweepAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // What the bus lost meanwhile is still lost: ask again at the next tick.
            delivery.OnInterrupted();
            Log.AuditFailed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2530, LogLevel.Warning, "What was delivered cannot be compared with the store now; trying again")]
        public static partial void AuditFailed(ILogger logger, Exception exception);

        [LoggerMessage(2531, LogLevel.Debug, "Delivery stops")]
        public static partial void Stopping(ILogger logger);
    }
}
