using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Webhooks;
using Microsoft.AspNetCore.Mvc;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>A room's webhooks, and what comes in by them.</summary>
internal static class WebhookRoutes
{
    /// <summary>Below it stands an id, and then a secret.</summary>
    public const string Root = Answers.ApiRoot + "/webhooks";

    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        api.MapPost("/rooms/{id}/webhooks", MakeAsync).WithTags("Webhooks").WithSummary("Makes a webhook; its url, with the secret in it, is told this once. Owners and moderators may.")
            .Accepts<CreateWebhookBody>("application/json").Produces<WebhookJson>(StatusCodes.Status201Created);
        api.MapGet("/rooms/{id}/webhooks", ListAsync).WithTags("Webhooks").WithSummary("The room's webhooks, oldest first.").Produces<ListJson<WebhookJson>>();
        api.MapDelete("/rooms/{id}/webhooks/{webhookId}", RemoveAsync).WithTags("Webhooks").WithSummary("Takes a webhook away, whoever made it.").Produces(StatusCodes.Status204NoContent);
        api.MapPost("/webhooks/{id}/{secret}", PostAsync).WithTags("Webhooks").AllowAnonymous()
            .WithSummary("Posts a SYSTEM message in the webhook's name. The address is all that it takes: no token.")
            .Accepts<WebhookMessageBody>("application/json").Produces<MessageJson>().Produces<MessageJson>(StatusCodes.Status201Created);
    }

    private static async Task<IResult> MakeAsync(HttpContext context, MakeWebhook makeWebhook, string id)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.CreateWebhookBody);
        if (!body.TryGet(out var asked, out var refusal)) return Answers.Refused(refusal);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var made = await makeWebhook.ExecuteAsync(context.GetCaller(), room, asked.Name, context.RequestAborted);
        if (!made.TryGet(out var opened, out refusal)) return Answers.Refused(refusal);
        var (webhook, secret) = opened;
        var told = WebhookJson.Of(webhook) with { Url = $"{Root}/{webhook.Id}/{secret.Text}" };
        return Answers.Created($"/rooms/{room}/webhooks/{webhook.Id}", told, WireJson.Wire.WebhookJson);
    }

    private static async Task<IResult> ListAsync(HttpContext context, RoomWebhooks webhooks, string id)
    {
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var listed = await webhooks.ListAsync(context.GetCaller(), room, context.RequestAborted);
        return listed.TryGet(out var all, out var refusal) ? Answers.Ok(Lists.OfWebhooks(all), WireJson.Wire.ListJsonWebhookJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, RoomWebhooks webhooks, string id, string webhookId)
    {
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        // What can be no id is none of the room's: who may ask is told so, and nobody else.
        _ = WebhookId.TryParse(webhookId, out var webhook);
        return Answers.Gone(await webhooks.RemoveAsync(context.GetCaller(), room, webhook, context.RequestAborted));
    }

    /// <summary>Nothing of the body is read, and nothing of the webhook told, before the secret has opened it.</summary>
    private static async Task<IResult> PostAsync(
        HttpContext context, PostByWebhook postByWebhook, WebhookRate rate, string id, string secret, [FromHeader(Name = "Idempotency-Key")] string? key)
    {
        if (rate.TryTake(context.Connection.RemoteIpAddress) is { } tooFast) return Answers.Refused(tooFast);
        var found = await postByWebhook.FindAsync(id, secret, context.RequestAborted);
        if (!found.TryGet(out var webhook, out var refusal)) return Answers.Refused(refusal);
        if (rate.TryTake(webhook) is { } tooMany) return Answers.Refused(tooMany);
        var body = await context.ReadBodyAsync(WireJson.Wire.WebhookMessageBody);
        if (!body.TryGet(out var asked, out refusal) || !asked.ToMessage(webhook, key).TryGet(out var message, out refusal)) return Answers.Refused(refusal);
        // It may have been taken away while the body came.
        if ((await postByWebhook.FindAsync(id, secret, context.RequestAborted)).Refusal is { } gone) return Answers.Refused(gone);
        // As for other messages: who hangs up now has posted all the same.
        return Answers.Posted(await postByWebhook.ExecuteAsync(webhook, message, CancellationToken.None));
    }
}
