using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.InProcess;

internal sealed partial class InProcessEventBus
{
    [LoggerMessage(3051, LogLevel.Error, "The receiver of the event bus failed at a delivery; the next one is handed on all the same.")]
    private partial void LogReceiverFailed(Exception failure);
}
