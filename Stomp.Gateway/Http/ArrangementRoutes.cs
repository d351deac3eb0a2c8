using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>What a room is to the caller in person; nobody else hears of it.</summary>
internal static class ArrangementRoutes
{
    public static void MapArrangements(this IEndpointRouteBuilder api)
    {
        Map(api, "favorite", "Makes the room one of my favourites.", "The room is no favourite of mine any more.", on => new Arrangement { Favorite = on });
        Map(api, "archive", "Puts the room away for me; it stays so.", "Takes the room out again.", on => new Arrangement { Archived = on });
        api.MapPut("/rooms/{id}/notifications", SetNotificationsAsync).WithTags("Rooms").WithSummary("Of what in the room I want to be notified.")
            .Accepts<NotificationsBody>("application/json").Produces<RoomJson>();
    }

    private static void Map(IEndpointRouteBuilder api, string name, string put, string delete, Func<bool, Arrangement> arrangement)
    {
        api.MapPut($"/rooms/{{id}}/{name}", async (HttpContext context, ArrangeRoom arrangeRoom, string id) =>
            await ArrangeAsync(context, arrangeRoom, id, arrangement(true))).WithTags("Rooms").WithSummary(put).Produces<RoomJson>();
        api.MapDelete($"/rooms/{{id}}/{name}", async (HttpContext context, ArrangeRoom arrangeRoom, string id) =>
            await ArrangeAsync(context, arrangeRoom, id, arrangement(false), isRemoval: true)).WithTags("Rooms").WithSummary(delete).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> SetNotificationsAsync(HttpContext context, ArrangeRoom arrangeRoom, string id)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.NotificationsBody);
        if (!body.TryGet(out var asked, out var refusal) || !asked.Read().TryGet(out var level, out refusal)) return Answers.Refused(refusal);
        return await ArrangeAsync(context, arrangeRoom, id, new Arrangement { Notifications = level });
    }

    private static async Task<IResult> ArrangeAsync(HttpContext context, ArrangeRoom arrangeRoom, string id, Arrangement arrangement, bool isRemoval = false)
    {
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var arranged = await arrangeRoom.ExecuteAsync(context.GetCaller(), room, arrangement, context.RequestAborted);
        if (!arranged.TryGet(out var listing, out var refusal)) return Answers.Refused(refusal);
        return isRemoval ? Results.NoContent() : Answers.Ok(RoomJson.Of(listing), WireJson.Wire.RoomJson);
    }
}
