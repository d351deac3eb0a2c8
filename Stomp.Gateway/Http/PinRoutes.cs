using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>What is pinned in a room.</summary>
internal static class PinRoutes
{
    public static void MapPins(this IEndpointRouteBuilder api)
    {
        api.MapGet("/rooms/{id}/pins", ListAsync).WithTags("Messages").WithSummary("The pinned messages, those pinned last first.").Produces<ListJson<MessageJson>>();
        api.MapPut("/rooms/{id}/pins/{mid}", PinAsync).WithTags("Messages").WithSummary("Pins a message.").Produces<MessageJson>();
        api.MapDelete("/rooms/{id}/pins/{mid}", UnpinAsync).WithTags("Messages").WithSummary("Takes a pin away.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ListPins listPins, string id)
    {
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var listed = await listPins.ExecuteAsync(context.GetCaller(), room, context.RequestAborted);
        return listed.TryGet(out var pins, out var refusal) ? Answers.Ok(Lists.OfPins(pins), WireJson.Wire.ListJsonMessageJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> PinAsync(HttpContext context, PinMessage pinMessage, MessageRate rate, string id, string mid) =>
        MessageChangeRoutes.Answer(await context.ChangeMessageAsync(rate, id, mid, (caller, room, message, cancellationToken) =>
            pinMessage.ExecuteAsync(caller, room, message, pinned: true, cancellationToken)));

    private static async Task<IResult> UnpinAsync(HttpContext context, PinMessage pinMessage, MessageRate rate, string id, string mid) =>
        MessageChangeRoutes.Gone(await context.ChangeMessageAsync(rate, id, mid, (caller, room, message, cancellationToken) =>
            pinMessage.ExecuteAsync(caller, room, message, pinned: false, cancellationToken)));
}
