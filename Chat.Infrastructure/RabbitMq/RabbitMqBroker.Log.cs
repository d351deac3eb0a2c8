using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.RabbitMq;

internal sealed partial class RabbitMqBroker
{
    [LoggerMessage(3011, LogLevel.Information, "Connected to RabbitMQ at {Host}:{Port} for general destinations.")]
    private partial void LogConnected(string host, int port);

    [LoggerMessage(3012, LogLevel.Warning, "The connection to RabbitMQ for general destinations is lost ({Reason}); their sessions are over.")]
    private partial void LogLost(string reason);

    [LoggerMessage(3013, LogLevel.Warning, "RabbitMQ at {Host}:{Port} cannot be used for general destinations; trying again whenever a session asks.")]
    private partial void LogAway(string host, int port, Exception failure);

    [LoggerMessage(3014, LogLevel.Debug, "RabbitMQ at {Host}:{Port} still cannot be used for general destinations.")]
    private partial void LogStillAway(string host, int port, Exception failure);

    [LoggerMessage(3015, LogLevel.Error, "A listener of a general destination failed at a message; it stays unsettled until the session ends.")]
    private partial void LogListenerFailed(Exception failure);

    [LoggerMessage(3016, LogLevel.Warning, "What a session had at RabbitMQ could not be put in order at its end; it goes with the connection.")]
    private partial void LogNotClosed(Exception failure);
}
