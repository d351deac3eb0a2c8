using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Destinations;

/// <summary>SUBSCRIBE <c>/user/queue/rooms</c>: changes of the user's room list, live.</summary>
internal sealed class RoomListChanges(RoomLists roomLists) : ISubscribeHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["user", "queue", "rooms"];

    public async ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken) =>
        Outcome.Of<ISubscription>(await roomLists.SubscribeAsync(session, request.Head, cancellationToken));
}

/// <summary>SUBSCRIBE <c>/app/rooms</c>: the user's room list once.</summary>
internal sealed class RoomListSnapshot(IRoomStore rooms) : ISubscribeHandler
{
    /// <summary>A page as REST has it, at its largest; who has more rooms goes on there with <c>next</c>.</summary>
    private const int PageSize = 200;

    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms"];

    public async ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken)
    {
        var listings = await rooms.ListAsync(session.UserId, default, after: null, PageSize, cancellationToken);
        await session.OfferWhenRoomAsync(new OutboundFrame(request.Head, MessageTails.OfRoomList(listings, PageSize)), cancellationToken);
        return Outcome.Of<ISubscription>(Snapshot.Done);
    }
}
