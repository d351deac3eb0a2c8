using Chat.Domain.Drafts;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>What the caller has begun to write, for all of the caller's devices.</summary>
internal static class DraftRoutes
{
    private static readonly Refusal NoDraft = Refusal.NotFound("You have no draft in this room.");

    public static void MapDrafts(this IEndpointRouteBuilder api)
    {
        api.MapPut("/rooms/{id}/draft", SaveAsync).WithTags("Drafts").WithSummary("Keeps what I have begun to write; an empty text clears it, and is answered 204.")
            .Accepts<DraftBody>("application/json").Produces<DraftJson>().Produces(StatusCodes.Status204NoContent);
        api.MapGet("/rooms/{id}/draft", FindAsync).WithTags("Drafts").WithSummary("What I have begun to write in the room.").Produces<DraftJson>();
        api.MapDelete("/rooms/{id}/draft", ClearAsync).WithTags("Drafts").WithSummary("Clears it.").Produces(StatusCodes.Status204NoContent);
        api.MapGet("/me/drafts", ListAsync).WithTags("Drafts").WithSummary("All my drafts, those saved last first.").Produces<ListJson<DraftJson>>();
    }

    private static async Task<IResult> SaveAsync(HttpContext context, SaveDraft saveDraft, MessageRate rate, string id)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.DraftBody);
        if (!body.TryGet(out var asked, out var refusal) || !asked.Check().TryGet(out var text, out refusal)) return Answers.Refused(refusal);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var caller = context.GetCaller();
        if (rate.TryTakeDraft(caller.Id) is { } tooFast) return Answers.Refused(tooFast);
        if (!(await saveDraft.ExecuteAsync(caller, room, text, context.RequestAborted)).TryGet(out var draft, out refusal)) return Answers.Refused(refusal);
        return draft is null ? Results.NoContent() : Answers.Ok(DraftJson.Of(draft), WireJson.Wire.DraftJson);
    }

    private static async Task<IResult> FindAsync(HttpContext context, IDraftStore drafts, string id)
    {
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        if (!(await drafts.FindAsync(room, context.GetCaller().Id, context.RequestAborted)).TryGet(out var draft, out var refusal)) return Answers.Refused(refusal);
        return draft is null ? Answers.Refused(NoDraft) : Answers.Ok(DraftJson.Of(draft), WireJson.Wire.DraftJson);
    }

    private static async Task<IResult> ClearAsync(HttpContext context, SaveDraft saveDraft, string id) => RoomId.TryParse(id, out var room)
        ? Answers.Gone(await saveDraft.ClearAsync(context.GetCaller(), room, context.RequestAborted))
        : Answers.Refused(Refusal.NotMember);

    private static async Task<IResult> ListAsync(HttpContext context, IDraftStore drafts, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadDraftCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        var page = await drafts.ListAsync(context.GetCaller().Id, after, size, context.RequestAborted);
        return Answers.Ok(Lists.OfDrafts(page, size), WireJson.Wire.ListJsonDraftJson);
    }
}
