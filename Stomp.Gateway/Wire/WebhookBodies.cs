using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Webhooks;

namespace Stomp.Gateway.Wire;

/// <summary>The body of <c>POST /rooms/{id}/webhooks</c>.</summary>
internal sealed record CreateWebhookBody(string? Name);

/// <summary>The body of <c>POST /webhooks/{id}/{secret}</c>.</summary>
internal sealed record WebhookMessageBody
{
    public string? Text { get; init; }
    public JsonElement? Data { get; init; }
    public string? IdempotencyKey { get; init; }

    /// <param name="webhook">By which it comes.</param>
    /// <param name="headerKey">The header <c>Idempotency-Key</c>, for programs that cannot choose the body.</param>
    public Outcome<SystemMessage> ToMessage(Webhook webhook, string? headerKey)
    {
        if (headerKey is not null && IdempotencyKey is not null && headerKey != IdempotencyKey)
            return Refusal.Invalid("idempotencyKey and the header Idempotency-Key are not the same.");
        return SystemMessageBody.ReadData(Data).TryGet(out var data, out var refusal)
            ? new SystemMessage(IdempotencyKey ?? headerKey, webhook.RoomId, Text ?? "", data.Length == 0 ? null : data)
            : refusal;
    }
}

/// <summary>A webhook as those see it who may keep a room's webhooks.</summary>
internal sealed record WebhookJson(string Id, string Name, string CreatedBy, DateTimeOffset CreatedAt)
{
    /// <summary>Where it takes messages, with the secret: told to who made it, then, and never again. Below the address of the gateway, as a Location is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    public static WebhookJson Of(Webhook webhook) => new($"{webhook.Id}", webhook.Name, webhook.CreatedBy.Value, webhook.CreatedAt);
}
