using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Delivery;

namespace Stomp.Gateway.Destinations;

/// <summary>SUBSCRIBE <c>/topic/rooms/{roomId}/signals</c>: who types, comes, goes and reads. For members, and for as long as they are.</summary>
internal sealed class RoomSignalsSubscribe(ListenToRoom listenToRoom, RoomSignals signals) : ISubscribeHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["topic", "rooms", "*", "signals"];

    public async ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken)
    {
        if (!RoomId.TryParse(request.Variable, out var room)) return Refusal.NotMember;
        var before = await StartAsync();
        while (true)
        {
            if (!before.TryGet(out var start, out var stranger)) return stranger;
            var subscription = await signals.SubscribeAsync(session, room, start.JoinedSeq, request.Head, cancellationToken);
            try
            {
                // Asked again: a member who went before the subscription heard the room's events would not be missed by it, and one who went and is back would be.
                before = await StartAsync();
                if (before.TryGet(out var now, out _) && now.JoinedSeq == start.JoinedSeq) return Outcome.Of(subscription);
            }
            catch
            {
                await subscription.DisposeAsync();
                throw;
            }
            await subscription.DisposeAsync();
        }

        ValueTask<Outcome<ListeningStart>> StartAsync() => listenToRoom.ExecuteAsync(session.Caller, room, since: null, epoch: null, cancellationToken);
    }
}
