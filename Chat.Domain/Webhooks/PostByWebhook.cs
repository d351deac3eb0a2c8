using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Webhooks;

/// <summary>Says something to a webhook's room in the webhook's name, as a SYSTEM message. When it answers with a message, that message is committed.</summary>
public sealed class PostByWebhook(IWebhookStore webhooks, IUserStore users, PostSystemMessage postSystemMessage)
{
    private static readonly Refusal NoSuchWebhook = Refusal.NotFound("There is no such webhook, or the secret does not open it.");

    /// <summary>The webhook that this id and this secret open. A wrong one of either is told in the same words, and after the same work.</summary>
    public async ValueTask<Outcome<Webhook>> FindAsync(string id, string secret, CancellationToken cancellationToken) =>
        await webhooks.FindAsync(WebhookSecret.Of(secret).Hash, cancellationToken) is { } webhook && WebhookId.TryParse(id, out var named) && webhook.Id == named
            ? webhook
            : NoSuchWebhook;

    /// <param name="webhook">Which one.</param>
    /// <param name="message">What, in the webhook's room. Without an idempotency key nothing is known of repeats.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Outcome<PostedMessage>> ExecuteAsync(Webhook webhook, SystemMessage message, CancellationToken cancellationToken)
    {
        // Histories show the name that is kept, so it is kept first.
        await users.SaveAsync(webhook.Sender, cancellationToken);
        return await postSystemMessage.PostAsync(webhook.Sender, message, cancellationToken);
    }
}
