using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Webhooks;

/// <summary>The webhooks of all rooms. As in <see cref="IRoomStore"/>, each change is one transaction under the room's lock; none is an event of the room.</summary>
public interface IWebhookStore
{
    /// <summary>Keeps a new webhook with the hash of its secret, if <paramref name="admit"/> lets who makes it; it is given how many the room has already.</summary>
    ValueTask<Refusal?> AddAsync(Webhook webhook, string secretHash, Func<RoomFacts, int, Refusal?> admit, CancellationToken cancellationToken);

    /// <summary>The room's webhooks, oldest first.</summary>
    ValueTask<IReadOnlyList<Webhook>> ListAsync(RoomId room, CancellationToken cancellationToken);

    /// <summary>Takes a webhook away, if <paramref name="admit"/> lets the actor. Nothing happens where the room has none of that id.</summary>
    ValueTask<Refusal?> RemoveAsync(RoomId room, UserId actor, WebhookId webhook, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken);

    /// <summary>
    /// The webhook whose secret has this hash, or null. Looked for by the hash alone: it takes as long to find none for a wrong secret as for an id that does not
    /// exist, and how far a wrong hash agrees with a right one tells nothing of any secret.
    /// </summary>
    ValueTask<Webhook?> FindAsync(string secretHash, CancellationToken cancellationToken);
}
