using System.Diagnostics;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>Takes SYSTEM messages from RabbitMQ (docs/protocol.md, section "RabbitMQ"), on a connection of its own: what fails there does not interrupt the events.</summary>
internal sealed partial class SystemQueue(IOptions<RabbitMqOptions> options, NodeId node, PostSystemMessage post, ILogger<SystemQueue> logger) : BackgroundService
{
    private readonly ConnectionFactory _factory = RabbitMqFactory.Create(options.Value);

    /// <summary>Keeps a session until the gateway stops. Its catch is the one for all that can go wrong with broker and database here.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff();
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await using var session = await SystemQueueSession.OpenAsync(_factory, node, post, logger, stoppingToken);
                if (failures > 0) LogBack();
                failures = 0;
                await session.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                LogStopped();
                return;
            }
            catch (Exception failure)
            {
                // The first of a row says why; the others would only repeat it.
                Action<Exception> log = ++failures == 1 ? LogAway : LogStillAway;
                log(failure);
            }
            if (Stopwatch.GetElapsedTime(began) > Backoff.Longest * 2) backoff.Reset();
            await Task.Delay(backoff.Next(), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(3023, LogLevel.Warning, "SYSTEM messages cannot be taken from RabbitMQ; trying again until they can.")]
    private partial void LogAway(Exception failure);

    [LoggerMessage(3024, LogLevel.Debug, "SYSTEM messages still cannot be taken from RabbitMQ.")]
    private partial void LogStillAway(Exception failure);

    [LoggerMessage(3025, LogLevel.Information, "SYSTEM messages are taken from RabbitMQ again.")]
    private partial void LogBack();

    [LoggerMessage(3026, LogLevel.Debug, "No more SYSTEM messages are taken: the gateway is stopping.")]
    private partial void LogStopped();
}
