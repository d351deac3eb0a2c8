using System.Globalization;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Security;

namespace Stomp.Gateway.Destinations;

/// <summary>SUBSCRIBE <c>/topic/rooms/{roomId}</c>: the room's durable events, with <c>since</c> first those that were missed.</summary>
internal sealed class RoomEvents(ListenToRoom listenToRoom, EnterRoom enterRoom, MessageRate rate, EventDelivery delivery) : ISubscribeHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["topic", "rooms", "*"];

    public async ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken)
    {
        if (!RoomId.TryParse(request.Variable, out var room)) return Refusal.NotMember;
        if (!TryParseSince(request.Frame.GetHeader("since"u8), out var since)) return Refusal.Invalid("since must be the number of an event: a whole number from 0.");
        var epoch = request.Frame.GetHeader("epoch"u8);

        if (request.View is { Joins: true } view)
        {
            var entering = await enterRoom.ExecuteAsync(session.Caller, room, view.MakesRoom, () => rate.TryTakeOther(session.UserId), cancellationToken);
            if (!entering.TryGet(out var entry, out var barred)) return barred;
            // Pages show their own user's coming too.
            since ??= entry.JoinedSeq - 1;
        }
        var listening = await listenToRoom.ExecuteAsync(session.Caller, room, since, epoch, cancellationToken);
        if (!listening.TryGet(out var start, out var refusal)) return refusal;
        return Outcome.Of<ISubscription>(await delivery.SubscribeAsync(session, start, HeadOf(session, request), cancellationToken));
    }

    private static MessageHead HeadOf(IClientSession session, SubscribeRequest request) =>
        new(request.Head, AsksForAck: request.Ack is not AckMode.Auto && session.Version is StompVersion.V12, request.View?.Shape);

    private static bool TryParseSince(string? header, out long? since)
    {
        since = null;
        if (header is null) return true;
        var good = long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        since = number;
        return good;
    }
}
