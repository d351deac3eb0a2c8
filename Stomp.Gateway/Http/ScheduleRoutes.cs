using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>The caller's messages that wait for their time.</summary>
internal static class ScheduleRoutes
{
    public static void MapSchedule(this IEndpointRouteBuilder api)
    {
        api.MapPost("/rooms/{id}/scheduled-messages", AddAsync).WithTags("Scheduled messages")
            .WithSummary("Schedules a message; a repeated clientMessageId answers 200 with the first.")
            .Accepts<ScheduleMessageBody>("application/json").Produces<ScheduledMessageJson>().Produces<ScheduledMessageJson>(StatusCodes.Status201Created);
        api.MapGet("/me/scheduled-messages", ListAsync).WithTags("Scheduled messages").WithSummary("My scheduled messages, and those that could not be posted, by their times.")
            .Produces<ListJson<ScheduledMessageJson>>();
        api.MapGet("/me/scheduled-messages/{id}", FindAsync).WithTags("Scheduled messages").WithSummary("One of them.").Produces<ScheduledMessageJson>();
        api.MapPatch("/me/scheduled-messages/{id}", ChangeAsync).WithTags("Scheduled messages")
            .WithSummary("Gives it another text, another time, or both; one that failed is scheduled again by a new time.").Accepts<ScheduleChangeBody>("application/json").Produces<ScheduledMessageJson>();
        api.MapDelete("/me/scheduled-messages/{id}", RemoveAsync).WithTags("Scheduled messages").WithSummary("Takes it back.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> AddAsync(HttpContext context, MessageSchedule schedule, MessageRate rate, string id)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.ScheduleMessageBody);
        if (!body.TryGet(out var asked, out var refusal) || !asked.CheckTime().TryGet(out var dueAt, out refusal)) return Answers.Refused(refusal);
        if (!asked.ToMessage().TryGet(out var message, out refusal)) return Answers.Refused(refusal);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var caller = context.GetCaller();
        if (rate.TryTake(caller.Id) is { } tooFast) return Answers.Refused(tooFast);
        var added = await schedule.AddAsync(caller, room, message, dueAt, context.RequestAborted);
        if (!added.TryGet(out var kept, out refusal)) return Answers.Refused(refusal);
        var scheduled = ScheduledMessageJson.Of(kept.Message);
        return kept.Repeated
            ? Answers.Ok(scheduled, WireJson.Wire.ScheduledMessageJson)
            : Answers.Created($"/me/scheduled-messages/{scheduled.Id}", scheduled, WireJson.Wire.ScheduledMessageJson);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IScheduledMessageStore scheduled, string? roomId, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadScheduleCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        RoomId? only = RoomId.TryParse(roomId, out var room) ? room : null;
        // They are the caller's own words, also those for a room that the caller has left; of an id that is none there are none.
        var page = roomId is not null && only is null ? [] : await scheduled.ListAsync(context.GetCaller().Id, only, after, size, context.RequestAborted);
        return Answers.Ok(Lists.OfScheduled(page, size), WireJson.Wire.ListJsonScheduledMessageJson);
    }

    private static async Task<IResult> FindAsync(HttpContext context, IScheduledMessageStore scheduled, string id)
    {
        var found = ScheduledMessageId.TryParse(id, out var which) ? await scheduled.FindAsync(context.GetCaller().Id, which, context.RequestAborted) : null;
        return found is null ? Answers.Refused(MessageSchedule.NoSuchMessage) : Answers.Ok(ScheduledMessageJson.Of(found), WireJson.Wire.ScheduledMessageJson);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, MessageSchedule schedule, MessageRate rate, string id)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.ScheduleChangeBody);
        if (!body.TryGet(out var asked, out var refusal)) return Answers.Refused(refusal);
        if (!ScheduledMessageId.TryParse(id, out var which)) return Answers.Refused(MessageSchedule.NoSuchMessage);
        var caller = context.GetCaller();
        if (rate.TryTakeChange(caller.Id) is { } tooFast) return Answers.Refused(tooFast);
        var changed = await schedule.ChangeAsync(caller, which, asked.Read(), context.RequestAborted);
        return changed.TryGet(out var kept, out refusal) ? Answers.Ok(ScheduledMessageJson.Of(kept), WireJson.Wire.ScheduledMessageJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, MessageSchedule schedule, string id) => ScheduledMessageId.TryParse(id, out var which)
        ? Answers.Gone(await schedule.RemoveAsync(context.GetCaller(), which, context.RequestAborted))
        : Answers.Refused(MessageSchedule.NoSuchMessage);
}
