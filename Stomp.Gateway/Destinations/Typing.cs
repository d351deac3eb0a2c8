using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations;

/// <summary>SEND <c>/app/rooms/{roomId}/typing</c>: the sender types, or no longer does.</summary>
internal sealed class Typing(ShowTyping showTyping, TypingRate rate) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms", "*", "typing"];

    public async Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (!TypingBody.Parse(request.Frame.Body).TryGet(out var on, out var refusal)) return refusal;
        if (!RoomId.TryParse(request.Variable, out var room)) return Refusal.NotMember;
        if (!await showTyping.MayAsync(session.Caller, room, cancellationToken)) return Refusal.NotMember;
        if (rate.TryTake(session.UserId, room, on)) showTyping.Show(session.Caller, room, on);
        return default;
    }
}
