namespace Stomp.Gateway.Transports.SockJs;

internal sealed partial class SockJsSessions
{
    [LoggerMessage(EventId = 2101, Level = LogLevel.Error, Message = "A connection over SockJS failed; its session was dropped")]
    private partial void ConnectionFailed(Exception exception);
}
