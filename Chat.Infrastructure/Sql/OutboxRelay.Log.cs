using Chat.Domain.Rooms;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Sql;

internal sealed partial class OutboxRelay
{
    private static partial class Log
    {
        [LoggerMessage(4020, LogLevel.Warning, "The event bus is away; what is committed waits to be announced")]
        public static partial void BusUnavailable(ILogger logger, Exception exception);

        [LoggerMessage(4021, LogLevel.Information, "The event bus is back")]
        public static partial void BusIsBack(ILogger logger);

        [LoggerMessage(4022, LogLevel.Information, "Room {RoomId}: events {First} to {Last} of node {NodeId} were not announced; this node does it")]
        public static partial void TakenUp(ILogger logger, string roomId, long first, long last, string nodeId);

        [LoggerMessage(4023, LogLevel.Warning, "The outbox cannot be swept now; trying again")]
        public static partial void SweepFailed(ILogger logger, Exception exception);

        [LoggerMessage(4024, LogLevel.Debug, "Room {RoomId}: too much waits to be announced; it is found later")]
        public static partial void LeftToSweep(ILogger logger, RoomId roomId);

        [LoggerMessage(4026, LogLevel.Error, "Room {RoomId}: event {Seq} cannot be written down and is not announced; clients come by it when they open the room")]
        public static partial void NotEncoded(ILogger logger, RoomId roomId, long seq, Exception exception);

        [LoggerMessage(4027, LogLevel.Error, "Room {RoomId}: events {First} to {Last} cannot be read and are not announced; trying again")]
        public static partial void NotTakenUp(ILogger logger, string roomId, long first, long last, Exception exception);

        [LoggerMessage(4025, LogLevel.Debug, "The relay stops; {Waiting} groups of events are left for another node or the next start")]
        public static partial void Stopping(ILogger logger, int waiting);
    }
}
