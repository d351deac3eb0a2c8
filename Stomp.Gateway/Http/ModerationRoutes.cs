using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>What owners and moderators do with a room's members.</summary>
internal static class ModerationRoutes
{
    public static void MapModeration(this IEndpointRouteBuilder api)
    {
        api.MapPatch("/rooms/{id}/members/{userId}", ChangeAsync).WithTags("Members").WithSummary("Gives a member another role, or mutes them for a time.")
            .Accepts<MemberBody>("application/json").Produces<MemberJson>();
        api.MapDelete("/rooms/{id}/members/{userId}", RemoveAsync).WithTags("Members").WithSummary("Takes a member out of the room; ban=true keeps them out.")
            .Produces(StatusCodes.Status204NoContent);
        api.MapGet("/rooms/{id}/bans", ListBansAsync).WithTags("Members").WithSummary("Who is banned, by user id.").Produces<ListJson<BanJson>>();
        api.MapDelete("/rooms/{id}/bans/{userId}", LiftBanAsync).WithTags("Members").WithSummary("Lifts a ban.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, ChangeMember changeMember, ListMembers members, string id, string userId)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.MemberBody);
        if (!body.TryGet(out var asked, out var refusal) || !asked.Read().TryGet(out var change, out refusal)) return Answers.Refused(refusal);
        if (!Requests.TryParseMember(id, userId, out var room, out var user)) return Answers.Refused(Refusal.NotMember);
        var changed = await changeMember.ExecuteAsync(context.GetCaller(), room, user, change, context.RequestAborted);
        return changed.TryGet(out var member, out refusal)
            ? Answers.Ok(MemberJson.Of(await members.WithPresenceAsync(member, context.RequestAborted)), WireJson.Wire.MemberJson)
            : Answers.Refused(refusal);
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, RemoveMember removeMember, string id, string userId, bool? ban) => Requests.TryParseMember(id, userId, out var room, out var user)
        ? Answers.Gone(await removeMember.ExecuteAsync(context.GetCaller(), room, user, ban is true, context.RequestAborted))
        : Answers.Refused(Refusal.NotMember);

    private static async Task<IResult> ListBansAsync(HttpContext context, RoomBans bans, string id, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadUserCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var listed = await bans.ListAsync(context.GetCaller(), room, after, size, context.RequestAborted);
        return listed.TryGet(out var page, out refusal) ? Answers.Ok(Lists.OfBans(page, size), WireJson.Wire.ListJsonBanJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> LiftBanAsync(HttpContext context, RoomBans bans, string id, string userId) => Requests.TryParseMember(id, userId, out var room, out var user)
        ? Answers.Gone(await bans.LiftAsync(context.GetCaller(), room, user, context.RequestAborted))
        : Answers.Refused(Refusal.NotMember);
}
