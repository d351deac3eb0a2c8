using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Webhooks;

/// <summary>The webhooks of a room, for its owners and moderators, whoever made them.</summary>
public sealed class RoomWebhooks(IWebhookStore webhooks, IRoomStore rooms)
{
    public async ValueTask<Outcome<IReadOnlyList<Webhook>>> ListAsync(Caller caller, RoomId roomId, CancellationToken cancellationToken)
    {
        var (room, actor) = await rooms.FindForAsync(roomId, caller.Id, cancellationToken);
        if (RoomRights.Check(RoomAct.KeepWebhooks, room, actor) is { } refusal) return refusal;
        return Outcome.Of(await webhooks.ListAsync(roomId, cancellationToken));
    }

    /// <summary>From when this returns, the webhook opens nothing. What is none of the room's is gone already.</summary>
    public ValueTask<Refusal?> RemoveAsync(Caller caller, RoomId room, WebhookId webhook, CancellationToken cancellationToken) =>
        webhooks.RemoveAsync(room, caller.Id, webhook, static facts => RoomRights.Check(RoomAct.KeepWebhooks, facts.Room, facts.Actor), cancellationToken);
}
