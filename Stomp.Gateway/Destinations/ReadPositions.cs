using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations;

/// <summary>SEND <c>/app/rooms/{roomId}/read</c>: the sender has read up to a number.</summary>
internal sealed class ReadPositions(MarkRead markRead) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms", "*", "read"];

    public async Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (!ReadBody.Parse(request.Frame.Body).TryGet(out var seq, out var refusal)) return refusal;
        if (!RoomId.TryParse(request.Variable, out var room)) return Refusal.NotMember;
        return (await markRead.ExecuteAsync(session.Caller, room, seq, cancellationToken)).Refusal;
    }
}

/// <summary>SEND <c>/app/rooms/{roomId}/unread</c>: a number and all behind it are unread again.</summary>
internal sealed class UnreadMarks(MarkUnread markUnread, MessageRate rate) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms", "*", "unread"];

    public async Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (!ReadBody.Parse(request.Frame.Body).TryGet(out var seq, out var refusal)) return refusal;
        if (!RoomId.TryParse(request.Variable, out var room)) return Refusal.NotMember;
        if (rate.TryTakeOther(session.UserId) is { } tooFast) return tooFast;
        return (await markUnread.ExecuteAsync(session.Caller, room, seq, cancellationToken)).Refusal;
    }
}
