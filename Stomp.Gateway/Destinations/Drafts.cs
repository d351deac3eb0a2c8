using Chat.Domain.Drafts;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations;

/// <summary>SEND <c>/app/rooms/{roomId}/draft</c>: what the sender has begun to write; an empty text clears it.</summary>
internal sealed class Drafts(SaveDraft saveDraft, MessageRate rate) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms", "*", "draft"];

    public async Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (!DraftBody.Parse(request.Frame.Body).TryGet(out var text, out var refusal)) return refusal;
        if (!RoomId.TryParse(request.Variable, out var room)) return Refusal.NotMember;
        if (rate.TryTakeDraft(session.UserId) is { } tooFast) return tooFast;
        return (await saveDraft.ExecuteAsync(session.Caller, room, text, cancellationToken)).Refusal;
    }
}
