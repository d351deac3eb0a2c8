using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>Who is in a room, and how people come in and go.</summary>
internal static class MemberRoutes
{
    public static void MapMembers(this IEndpointRouteBuilder api)
    {
        api.MapGet("/rooms/{id}/members", ListAsync).WithTags("Members").WithSummary("The room's members, by user id.").Produces<ListJson<MemberJson>>();
        api.MapPost("/rooms/{id}/join", JoinAsync).WithTags("Members").WithSummary("Joins a public room, or a private one with an invite code.")
            .Accepts<JoinBody>("application/json").Produces<RoomJson>();
        api.MapPost("/rooms/{id}/leave", LeaveAsync).WithTags("Members").WithSummary("Leaves a group room.").Produces(StatusCodes.Status204NoContent);
        api.MapPost("/rooms/{id}/invites", InviteAsync).WithTags("Members").WithSummary("Makes an invite code. Owners and moderators may.")
            .Accepts<InviteBody>("application/json").Produces<InviteJson>(StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ListMembers listMembers, string id, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadUserCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var listed = await listMembers.ExecuteAsync(context.GetCaller(), room, after, size, context.RequestAborted);
        return listed.TryGet(out var members, out refusal) ? Answers.Ok(Lists.OfMembers(members, size), WireJson.Wire.ListJsonMemberJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> JoinAsync(HttpContext context, JoinRoom joinRoom, string id)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.JoinBody);
        if (!body.TryGet(out var asked, out var refusal)) return Answers.Refused(refusal);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(JoinRoom.NoSuchDoor);
        var joined = await joinRoom.ExecuteAsync(context.GetCaller(), room, asked.InviteCode, context.RequestAborted);
        return joined.TryGet(out var listing, out refusal) ? Answers.Ok(RoomJson.Of(listing), WireJson.Wire.RoomJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> LeaveAsync(HttpContext context, LeaveRoom leaveRoom, string id)
    {
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        return await leaveRoom.ExecuteAsync(context.GetCaller(), room, context.RequestAborted) is { } refusal ? Answers.Refused(refusal) : Results.NoContent();
    }

    private static async Task<IResult> InviteAsync(HttpContext context, InviteToRoom inviteToRoom, string id)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.InviteBody);
        if (!body.TryGet(out var asked, out var refusal)) return Answers.Refused(refusal);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        TimeSpan? life = asked.ExpiresInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        var made = await inviteToRoom.ExecuteAsync(context.GetCaller(), room, life, asked.MaxUses, context.RequestAborted);
        return made.TryGet(out var invite, out refusal)
            ? Answers.Created($"/rooms/{room}/invites/{invite.Code}", InviteJson.Of(invite), WireJson.Wire.InviteJson)
            : Answers.Refused(refusal);
    }
}
