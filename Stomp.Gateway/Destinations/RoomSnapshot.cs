using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Destinations;

/// <summary>SUBSCRIBE <c>/app/rooms/{roomId}</c>: what a client needs to show a room, once.</summary>
internal sealed class RoomSnapshot(IRoomStore rooms, ReadHistory history, ListMembers listMembers) : ISubscribeHandler
{
    /// <summary>As many members as one frame can carry well; a larger room is paged by REST.</summary>
    private const int MostMembers = 200;

    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms", "*"];

    public async ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken)
    {
        if (!RoomId.TryParse(request.Variable, out var id)) return Refusal.NotMember;
        // The head is read first: what is committed meanwhile comes twice, in the snapshot and after it, and the client knows it by its number.
        var room = await rooms.FindListingAsync(id, session.UserId, cancellationToken);
        if (room is null) return Refusal.NotMember;
        var recent = await history.ExecuteAsync(session.Caller, id, MessageRange.Of(before: null, after: null), ReadHistory.DefaultLimit, cancellationToken);
        if (!recent.TryGet(out var messages, out var refusal)) return refusal;
        var members = await listMembers.ReadAsync(id, after: null, MostMembers, cancellationToken);

        await session.OfferWhenRoomAsync(new OutboundFrame(request.Head, MessageTails.OfRoomSnapshot(room, members, messages)), cancellationToken);
        return Outcome.Of<ISubscription>(Snapshot.Done);
    }
}

/// <summary>The subscription of a destination that answers once.</summary>
internal sealed class Snapshot : ISubscription
{
    public static readonly Snapshot Done = new();

    public bool IsOver => true;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
