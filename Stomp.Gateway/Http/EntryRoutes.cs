using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>How people come into a room: joining, invites, and asking to be let in.</summary>
internal static class EntryRoutes
{
    public static void MapEntry(this IEndpointRouteBuilder api)
    {
        api.MapPost("/rooms/{id}/join", JoinAsync).WithTags("Members")
            .WithSummary("Joins a public room, or a private one with an invite code. 202 where a moderator has to say yes first.")
            .Accepts<JoinBody>("application/json").Produces<RoomJson>().Produces<JoinRequestedJson>(StatusCodes.Status202Accepted);
        api.MapPost("/rooms/{id}/invites", InviteAsync).WithTags("Members").WithSummary("Makes an invite code. Owners and moderators may.")
            .Accepts<InviteBody>("application/json").Produces<InviteJson>(StatusCodes.Status201Created);
        api.MapGet("/rooms/{id}/invites", ListInvitesAsync).WithTags("Members").WithSummary("The invites that still open the room.").Produces<ListJson<InviteJson>>();
        api.MapDelete("/rooms/{id}/invites/{code}", RevokeInviteAsync).WithTags("Members").WithSummary("Takes an invite back.").Produces(StatusCodes.Status204NoContent);
        api.MapGet("/rooms/{id}/requests", ListRequestsAsync).WithTags("Members").WithSummary("Who has asked to join, by user id.").Produces<ListJson<JoinRequestJson>>();
        api.MapPost("/rooms/{id}/requests/{userId}/approve", ApproveAsync).WithTags("Members").WithSummary("Makes a member of somebody who has asked.").Produces<MemberJson>();
        api.MapDelete("/rooms/{id}/requests/{userId}", RejectAsync).WithTags("Members").WithSummary("Forgets that somebody has asked.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> JoinAsync(HttpContext context, JoinRoom joinRoom, string id)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.JoinBody);
        if (!body.TryGet(out var asked, out var refusal)) return Answers.Refused(refusal);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(JoinRoom.NoSuchDoor);
        var joined = await joinRoom.ExecuteAsync(context.GetCaller(), room, asked.InviteCode, context.RequestAborted);
        if (!joined.TryGet(out var listing, out refusal)) return Answers.Refused(refusal);
        return listing is null
            ? Results.Json(JoinRequestedJson.Requested, WireJson.Wire.JoinRequestedJson, statusCode: StatusCodes.Status202Accepted)
            : Answers.Ok(RoomJson.Of(listing), WireJson.Wire.RoomJson);
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

    private static async Task<IResult> ListInvitesAsync(HttpContext context, RoomInvites invites, string id, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadInviteCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var listed = await invites.ListAsync(context.GetCaller(), room, after, size, context.RequestAborted);
        return listed.TryGet(out var page, out refusal) ? Answers.Ok(Lists.OfInvites(page, size), WireJson.Wire.ListJsonInviteJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> RevokeInviteAsync(HttpContext context, RoomInvites invites, string id, string code)
    {
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        // What can be no code is none of the room's: who may ask is told so, and nobody else.
        return Answers.Gone(await invites.RevokeAsync(context.GetCaller(), room, Invite.IsCode(code) ? code : "", context.RequestAborted));
    }

    private static async Task<IResult> ListRequestsAsync(HttpContext context, JoinRequests requests, string id, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadUserCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var listed = await requests.ListAsync(context.GetCaller(), room, after, size, context.RequestAborted);
        return listed.TryGet(out var page, out refusal) ? Answers.Ok(Lists.OfRequests(page, size), WireJson.Wire.ListJsonJoinRequestJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> ApproveAsync(HttpContext context, JoinRequests requests, ListMembers members, string id, string userId)
    {
        if (!Requests.TryParseMember(id, userId, out var room, out var user)) return Answers.Refused(Refusal.NotMember);
        var approved = await requests.ApproveAsync(context.GetCaller(), room, user, context.RequestAborted);
        return approved.TryGet(out var member, out var refusal)
            ? Answers.Ok(MemberJson.Of(await members.WithPresenceAsync(member, context.RequestAborted)), WireJson.Wire.MemberJson)
            : Answers.Refused(refusal);
    }

    private static async Task<IResult> RejectAsync(HttpContext context, JoinRequests requests, string id, string userId) =>
        Requests.TryParseMember(id, userId, out var room, out var user)
            ? Answers.Gone(await requests.RejectAsync(context.GetCaller(), room, user, context.RequestAborted))
            : Answers.Refused(Refusal.NotMember);
}
