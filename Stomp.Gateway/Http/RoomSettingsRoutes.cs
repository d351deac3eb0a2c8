using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>Changing a room, and closing it.</summary>
internal static class RoomSettingsRoutes
{
    public static void MapRoomSettings(this IEndpointRouteBuilder api)
    {
        api.MapPatch("/rooms/{id}", UpdateAsync).WithTags("Rooms").WithSummary("Changes a room's settings; what is left out stays.")
            .Accepts<RoomSettingsBody>("application/json").Produces<RoomJson>();
        api.MapDelete("/rooms/{id}", CloseAsync).WithTags("Rooms").WithSummary("Closes a room that I own: it can be read, and that is all.")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> UpdateAsync(HttpContext context, UpdateRoom updateRoom, string id)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.RoomSettingsBody);
        if (!body.TryGet(out var asked, out var refusal) || !asked.Read().TryGet(out var change, out refusal)) return Answers.Refused(refusal);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var updated = await updateRoom.ExecuteAsync(context.GetCaller(), room, change, context.RequestAborted);
        return updated.TryGet(out var listing, out refusal) ? Answers.Ok(RoomJson.Of(listing), WireJson.Wire.RoomJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> CloseAsync(HttpContext context, CloseRoom closeRoom, string id) => RoomId.TryParse(id, out var room)
        ? Answers.Gone(await closeRoom.ExecuteAsync(context.GetCaller(), room, context.RequestAborted))
        : Answers.Refused(Refusal.NotMember);
}
