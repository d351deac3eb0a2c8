using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Webhooks;

/// <summary>Makes a webhook for a room. Owners and moderators may.</summary>
public sealed class MakeWebhook(IWebhookStore webhooks, TimeProvider time)
{
    private static readonly Refusal TooMany = new(RefusalCode.Conflict, $"The room has its {Webhook.MostInRoom} webhooks already.");

    /// <returns>The webhook, and its secret, which nobody is ever told again.</returns>
    public async ValueTask<Outcome<(Webhook Webhook, WebhookSecret Secret)>> ExecuteAsync(Caller caller, RoomId room, string? name, CancellationToken cancellationToken)
    {
        if (Webhook.CheckName(name) is { } wrong) return wrong;
        var now = time.GetUtcNow();
        var webhook = new Webhook(WebhookId.New(now), room, name!, caller.Id, now);
        var secret = WebhookSecret.New();
        return await webhooks.AddAsync(webhook, secret.Hash, Admit, cancellationToken) is { } refusal ? refusal : (webhook, secret);
    }

    internal static Refusal? Admit(RoomFacts facts, int present) =>
        RoomRights.Check(RoomAct.KeepWebhooks, facts.Room, facts.Actor) ?? (present < Webhook.MostInRoom ? null : TooMany);
}
