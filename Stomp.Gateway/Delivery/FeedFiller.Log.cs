using Chat.Domain.Rooms;

namespace Stomp.Gateway.Delivery;

internal sealed partial class FeedFiller
{
    private static partial class Log
    {
        [LoggerMessage(2501, LogLevel.Debug, "Room {RoomId}: {Count} missing events were read from the store, up to {Position}")]
        public static partial void Filled(ILogger logger, RoomId roomId, int count, long position);

        [LoggerMessage(2502, LogLevel.Warning, "Room {RoomId}: missing events cannot be read now; trying again")]
        public static partial void StoreUnavailable(ILogger logger, RoomId roomId, Exception exception);

        [LoggerMessage(2503, LogLevel.Debug, "Room {RoomId}: the server stops while events are missing")]
        public static partial void ErrandAbandoned(ILogger logger, RoomId roomId);

        [LoggerMessage(2504, LogLevel.Error, "Room {RoomId}: reading missing events failed; the next audit tries again")]
        public static partial void ErrandFailed(ILogger logger, RoomId roomId, Exception exception);
    }
}
