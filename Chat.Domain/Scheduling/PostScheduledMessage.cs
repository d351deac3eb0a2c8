using System.Collections.Frozen;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Scheduling;

/// <summary>
/// Posts a message whose time has come, as its sender would at that moment, or keeps it with the reason why not. It may be done again at any point, by whatever node: the
/// client message id makes a second post harmless.
/// </summary>
public sealed class PostScheduledMessage(IScheduledMessageStore scheduled, PostMessage postMessage, IEventBus bus)
{
    /// <param name="message">One that this node has taken up. What was begun is carried to its end: nobody waits for the answer.</param>
    public async Task ExecuteAsync(ScheduledMessage message)
    {
        var sender = new Caller(message.Sender.Id, message.Sender.Name, message.Sender.AvatarUrl, FrozenSet<string>.Empty);
        var outcome = await postMessage.ExecuteAsync(sender, message.RoomId, message.ToPost(), CancellationToken.None);
        if (!outcome.TryGet(out var posted, out var refusal))
        {
            await GiveUpAsync(message, refusal);
            return;
        }
        var position = await scheduled.FinishAsync(message, posted.Message, CancellationToken.None);
        // Whoever follows the room's events takes its sender to have read up to it, as who posts has.
        if (position is { } at && at.LastReadSeq < posted.Message.Seq)
            bus.Signal(new ReadSignal(message.Sender.Id, message.RoomId, at.LastReadSeq, at.ReadCount, GoesBack: true));
        Tell(message, new Notice(Notice.SchedulePosted, message.RoomId) { MessageId = posted.Message.Id, Seq = posted.Message.Seq });
    }

    /// <summary>Keeps it with the reason, and tells its sender.</summary>
    public async Task GiveUpAsync(ScheduledMessage message, Refusal refusal)
    {
        if (await scheduled.FailAsync(message, refusal, CancellationToken.None)) Tell(message, new Notice(Notice.ScheduleFailed, message.RoomId) { Refusal = refusal });
    }

    private void Tell(ScheduledMessage message, Notice notice) =>
        bus.Signal(new NoticeSignal(message.Sender.Id, notice with { ScheduledMessageId = message.Id, ClientMessageId = message.Message.ClientMessageId }));
}
