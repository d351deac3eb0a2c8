using Chat.Domain;
using Chat.Domain.Outcomes;
using Chat.Domain.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Posts scheduled messages at their time. Every node looks at what is due next at its start and every few seconds, which is one read of a narrow index; what is due in between is
/// waited for to the millisecond. Whichever node comes first takes a message up. One that dies over it leaves it to the others.
/// </summary>
internal sealed partial class ScheduledPosts(IScheduledMessageStore scheduled, PostScheduledMessage postScheduledMessage, TimeProvider time, ILogger<ScheduledPosts> logger)
    : DueWork(LookEvery, time)
{
    /// <summary>Half of what a message is at least scheduled ahead, by whatever node: so it is seen before it is due.</summary>
    private static readonly TimeSpan LookEvery = ScheduledMessage.Soonest / 2;

    /// <summary>Messages taken up by one look; when there are more, the next look follows at once. So many are posted well within the time that a node has for them.</summary>
    private const int MostDue = 100;

    /// <summary>Rooms that are posted to at a time; their messages are committed together.</summary>
    private const int MostRooms = 8;

    private static readonly Refusal Broken = new(RefusalCode.Unavailable, "The chat failed to post this message.");

    protected override void LogFailure(Exception exception) => Log.Failed(logger, exception);

    /// <summary>Posts what is due, and tells when to look again.</summary>
    protected override async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        var due = await scheduled.TakeDueAsync(LookEvery, MostDue, cancellationToken);
        var rooms = due.Messages.GroupBy(message => message.RoomId);
        // What was taken up is nobody else's for half a minute, so it is posted also when the gateway stops meanwhile.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MostRooms };
        await Parallel.ForEachAsync(rooms, parallel, async (room, _) =>
        {
            // In the order of their times.
            foreach (var message in room) await PostAsync(message);
        });
        var pause = due.Next is { } next ? next - Time.GetUtcNow() : LookEvery;
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause;
    }

    /// <summary>One with which something is wrong does not hold up others, nor is it tried for ever.</summary>
    private async Task PostAsync(ScheduledMessage message)
    {
        try
        {
            await postScheduledMessage.ExecuteAsync(message);
        }
        catch (Exception e) when (e is not StoreUnavailableException)
        {
            Log.MessageFailed(logger, message.Id, e);
            await postScheduledMessage.GiveUpAsync(message, Broken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4050, LogLevel.Warning, "What is due to be posted cannot be read or posted now; trying again every few seconds")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(4051, LogLevel.Error, "Scheduled message {ScheduledMessageId} could not be posted; its sender is told")]
        public static partial void MessageFailed(ILogger logger, ScheduledMessageId scheduledMessageId, Exception exception);
    }
}
