using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.RabbitMq;

internal sealed partial class RabbitMqEventBus
{
    [LoggerMessage(3001, LogLevel.Information, "Connected to RabbitMQ at {Host}:{Port}; all that is listened to is bound.")]
    private partial void LogConnected(string host, int port);

    [LoggerMessage(3002, LogLevel.Warning, "The connection to RabbitMQ is lost ({Reason}); connecting again.")]
    private partial void LogLost(string reason);

    [LoggerMessage(3003, LogLevel.Warning, "RabbitMQ at {Host}:{Port} cannot be used; trying again until it can.")]
    private partial void LogAway(string host, int port, Exception failure);

    [LoggerMessage(3004, LogLevel.Debug, "RabbitMQ at {Host}:{Port} still cannot be used.")]
    private partial void LogStillAway(string host, int port, Exception failure);

    [LoggerMessage(3005, LogLevel.Debug, "The connection to RabbitMQ is closed: the gateway is stopping.")]
    private partial void LogStopped();

    [LoggerMessage(3006, LogLevel.Warning, "A delivery from {Exchange} with key {RoutingKey} is no event and no signal; it is dropped.")]
    private partial void LogMalformed(string exchange, string routingKey);

    [LoggerMessage(3007, LogLevel.Error, "The receiver of the event bus failed at a delivery; the next one is handed on all the same.")]
    private partial void LogReceiverFailed(Exception failure);
}
