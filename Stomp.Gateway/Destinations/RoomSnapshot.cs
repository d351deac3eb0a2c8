using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Destinations;

/// <summary>SUBSCRIBE <c>/app/rooms/{roomId}</c>: what a client needs to show a room, once.</summary>
internal sealed class RoomSnapshot(IRoomStore rooms, RecentHistory recent, IMentionStore mentions, ListMembers listMembers, ListPins listPins) : ISubscribeHandler
{
    /// <summary>As many members as one frame can carry well; a larger room is paged by REST.</summary>
    private const int MostMembers = 200;

    public IReadOnlyList<string> Pattern { get; } = ["app", "rooms", "*"];

    public async ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken)
    {
        if (!RoomId.TryParse(request.Variable, out var id)) return Refusal.NotMember;
        // The head is read first: what is committed meanwhile comes twice, in the snapshot and after it, and the client knows it by its number.
        var (room, membership) = await rooms.FindForAsync(id, session.UserId, cancellationToken);
        if (room is null || membership is not { IsCurrent: true } || room.VisibleTo(membership) is not { } visible) return Refusal.NotMember;
        var messages = await recent.ReadAsync(room, visible.First, ReadHistory.DefaultLimit, cancellationToken);
        var members = await listMembers.ReadAsync(id, after: null, MostMembers, cancellationToken);
        if (!(await PinsOfAsync(session, room, cancellationToken)).TryGet(out var pins, out var refusal)) return refusal;

        var peer = room.Kind is RoomKind.Direct ? members.FirstOrDefault(other => other.Member.Profile.Id != session.UserId)?.Member.Profile : null;
        var listing = new RoomListing(room, membership, messages.Count == 0 ? null : messages[^1], peer);
        if (listing.UnreadCount > 0)
        {
            // As of the same head, so that a mention which comes behind it is not counted twice.
            var unread = await mentions.ListUnreadAsync(session.UserId, id, cancellationToken);
            listing = listing with { MentionCount = unread.Count(mention => mention.Seq <= room.HeadSeq) };
        }
        await session.OfferWhenRoomAsync(new OutboundFrame(request.Head, MessageTails.OfRoomSnapshot(listing, members, pins, messages)), cancellationToken);
        return Outcome.Of<ISubscription>(Snapshot.Done);
    }

    private async ValueTask<Outcome<IReadOnlyList<Message>>> PinsOfAsync(IClientSession session, Room room, CancellationToken cancellationToken) =>
        room.PinnedCount == 0 ? Outcome.Of<IReadOnlyList<Message>>([]) : await listPins.ExecuteAsync(session.Caller, room.Id, cancellationToken);
}

/// <summary>The subscription of a destination that answers once.</summary>
internal sealed class Snapshot : ISubscription
{
    public static readonly Snapshot Done = new();

    public bool IsOver => true;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
