using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>Who is in a room, and going.</summary>
internal static class MemberRoutes
{
    public static void MapMembers(this IEndpointRouteBuilder api)
    {
        api.MapGet("/rooms/{id}/members", ListAsync).WithTags("Members").WithSummary("The room's members, or those whose name begins with q, by user id.").Produces<ListJson<MemberJson>>();
        api.MapPost("/rooms/{id}/leave", LeaveAsync).WithTags("Members").WithSummary("Leaves a group room.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ListMembers listMembers, string id, string? q, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadUserCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var listed = await listMembers.ExecuteAsync(context.GetCaller(), room, q ?? "", after, size, context.RequestAborted);
        return listed.TryGet(out var members, out refusal) ? Answers.Ok(Lists.OfMembers(members, size), WireJson.Wire.ListJsonMemberJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> LeaveAsync(HttpContext context, LeaveRoom leaveRoom, string id)
    {
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        return Answers.Gone(await leaveRoom.ExecuteAsync(context.GetCaller(), room, context.RequestAborted));
    }
}
