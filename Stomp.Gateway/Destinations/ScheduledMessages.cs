using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations;

/// <summary>SEND <c>/app/rooms/{roomId}/scheduled-messages</c>: a message that is to be posted later. It is counted now, and not again when it is posted.</summary>
internal sealed class ScheduledMessages(MessageSchedule schedule, MessageRate rate) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms", "*", "scheduled-messages"];

    public Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (!ScheduleMessageBody.Parse(request.Frame.Body, request.Frame.GetHeader("client-message-id"u8)).TryGet(out var asked, out var refusal)) return Task.FromResult<SendAnswer>(refusal);
        return SendAnswer.AboutAsync(AddAsync(session, request.Variable, asked, cancellationToken), asked.ClientMessageId);
    }

    private async Task<Outcome<NewlyScheduled>> AddAsync(IClientSession session, string? roomId, ScheduleMessageBody asked, CancellationToken cancellationToken)
    {
        if (!asked.CheckTime().TryGet(out var dueAt, out var refusal) || !asked.ToMessage().TryGet(out var message, out refusal)) return refusal;
        if (!RoomId.TryParse(roomId, out var room)) return Refusal.NotMember;
        if (rate.TryTake(session.UserId) is { } tooFast) return tooFast;
        return await schedule.AddAsync(session.Caller, room, message, dueAt, cancellationToken);
    }
}

/// <summary>SEND <c>/app/scheduled-messages/{scheduledMessageId}/edit</c>: another text, another time, or both.</summary>
internal sealed class ScheduledMessageEdits(MessageSchedule schedule, MessageRate rate) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "scheduled-messages", "*", "edit"];

    public async Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (!ScheduleChangeBody.Parse(request.Frame.Body).TryGet(out var change, out var refusal)) return refusal;
        if (!ScheduledMessageId.TryParse(request.Variable, out var id)) return MessageSchedule.NoSuchMessage;
        if (rate.TryTakeChange(session.UserId) is { } tooFast) return tooFast;
        return (await schedule.ChangeAsync(session.Caller, id, change, cancellationToken)).Refusal;
    }
}

/// <summary>SEND <c>/app/scheduled-messages/{scheduledMessageId}/delete</c>: takes it back.</summary>
internal sealed class ScheduledMessageDeletes(MessageSchedule schedule, MessageRate rate) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "scheduled-messages", "*", "delete"];

    public async Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (rate.TryTakeOther(session.UserId) is { } tooFast) return tooFast;
        return ScheduledMessageId.TryParse(request.Variable, out var id) ? await schedule.RemoveAsync(session.Caller, id, cancellationToken) : MessageSchedule.NoSuchMessage;
    }
}
