using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Scheduling;

/// <summary>
/// Schedules messages, changes them and takes them back, and tells the sender's devices. Whether the sender may post is judged as far as that can be known: as it
/// would be at the message's time if nothing changed. It is judged again when that time has come.
/// </summary>
public sealed class MessageSchedule(IScheduledMessageStore scheduled, IRoomStore rooms, PostingDetails details, IEventBus bus, TimeProvider time)
{
    public static readonly Refusal NoSuchMessage = Refusal.NotFound("You have no such scheduled message, or it was posted.");

    /// <summary>The same client message id again gives the first one, whatever its sender may do by then.</summary>
    public async ValueTask<Outcome<NewlyScheduled>> AddAsync(Caller caller, RoomId room, NewMessage message, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        if (message.Check() is { } wrong) return wrong;
        if (message.ClientMessageId is { } name && await scheduled.FindAsync(caller.Id, room, name, cancellationToken) is { } first) return new NewlyScheduled(first, Repeated: true);
        var now = time.GetUtcNow();
        if (ScheduledMessage.CheckTime(dueAt, now) is { } notThen) return notThen;
        if (await CheckPostingAsync(caller, room, message, dueAt, cancellationToken) is { } refused) return refused;

        var wanted = new ScheduledMessage
        {
            Id = ScheduledMessageId.New(now),
            RoomId = room,
            Sender = caller.Profile,
            Message = message,
            DueAt = Whole(dueAt),
            CreatedAt = Whole(now),
        };
        var added = await scheduled.AddAsync(wanted, ScheduledMessage.Most, cancellationToken);
        if (added.TryGet(out var kept, out _) && !kept.Repeated) TellChanged(kept.Message);
        return added;
    }

    public async ValueTask<Outcome<ScheduledMessage>> ChangeAsync(Caller caller, ScheduledMessageId id, ScheduleChange change, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (change.DueAt is { } asked)
        {
            if (ScheduledMessage.CheckTime(asked, now) is { } notThen) return notThen;
            change = change with { DueAt = Whole(asked) };
        }
        if (await scheduled.FindAsync(caller.Id, id, cancellationToken) is not { } present) return NoSuchMessage;
        if (!change.Apply(present).TryGet(out var wanted, out var wrong)) return wrong;
        var judgedAt = wanted.DueAt > now ? wanted.DueAt : now;
        if (await CheckPostingAsync(caller, wanted.RoomId, wanted.Message, judgedAt, cancellationToken) is { } refused) return refused;

        var changed = await scheduled.ChangeAsync(caller.Id, id, change.Apply, cancellationToken);
        if (changed.TryGet(out var kept, out _)) TellChanged(kept);
        return changed;
    }

    /// <summary>Takes one back. It needs no membership: nothing is told but one's own words.</summary>
    public async ValueTask<Refusal?> RemoveAsync(Caller caller, ScheduledMessageId id, CancellationToken cancellationToken)
    {
        if (!(await scheduled.RemoveAsync(caller.Id, id, cancellationToken)).TryGet(out var removed, out var refusal)) return refusal;
        var notice = new Notice(Notice.ScheduleRemoved, removed.RoomId) { ScheduledMessageId = id, ClientMessageId = removed.Message.ClientMessageId };
        bus.Signal(new NoticeSignal(caller.Id, notice));
        return null;
    }

    private async ValueTask<Refusal?> CheckPostingAsync(Caller caller, RoomId roomId, NewMessage message, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var (room, membership) = await rooms.FindForAsync(roomId, caller.Id, cancellationToken);
        if (room is null || membership is null) return Refusal.NotMember;
        if (RoomRights.CheckPosting(room, membership, at) is { } refusal) return refusal;
        return message.IsPlain ? null : await details.CheckAsync(caller, room, membership, message, cancellationToken);
    }

    private void TellChanged(ScheduledMessage kept) => bus.Signal(new NoticeSignal(kept.Sender.Id, new Notice(Notice.ScheduleChanged, kept.RoomId)
    {
        ScheduledMessageId = kept.Id,
        ClientMessageId = kept.Message.ClientMessageId,
        DueAt = kept.DueAt,
    }));

    /// <summary>As it is kept.</summary>
    private static DateTimeOffset Whole(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
