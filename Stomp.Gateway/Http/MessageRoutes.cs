using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>History, and posting for those who have no connection.</summary>
internal static class MessageRoutes
{
    public static void MapMessages(this IEndpointRouteBuilder api)
    {
        api.MapGet("/rooms/{id}/messages", ReadAsync).WithTags("Messages")
            .WithSummary("Messages in ascending seq: those before a seq, those after one, or the newest.").Produces<ListJson<MessageJson>>();
        api.MapPost("/rooms/{id}/messages", PostAsync).WithTags("Messages").WithSummary("Posts a message; a repeated clientMessageId answers 200 with the first.")
            .Accepts<PostMessageBody>("application/json").Produces<MessageJson>().Produces<MessageJson>(StatusCodes.Status201Created);
        api.MapGet("/rooms/{id}/messages/{mid}/thread", ReadThreadAsync).WithTags("Messages")
            .WithSummary("A thread in ascending seq: the message that it began with, and the replies.").Produces<ListJson<MessageJson>>();
    }

    private static async Task<IResult> ReadAsync(HttpContext context, ReadHistory history, string id, long? before, long? after, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var range = MessageRange.Of(before, after);
        var read = await history.ExecuteAsync(context.GetCaller(), room, range, size, context.RequestAborted);
        return read.TryGet(out var page, out refusal)
            ? Answers.Ok(Lists.OfMessages(page, size, range.Newest), WireJson.Wire.ListJsonMessageJson)
            : Answers.Refused(refusal);
    }

    private static async Task<IResult> ReadThreadAsync(HttpContext context, ReadThread readThread, string id, string mid, long? after, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        var read = await context.AboutMessageAsync(id, mid, (caller, room, root, cancellationToken) =>
            readThread.ExecuteAsync(caller, room, root, after, size, cancellationToken));
        return read.TryGet(out var page, out refusal)
            ? Answers.Ok(Lists.OfMessages(page, size, newest: false), WireJson.Wire.ListJsonMessageJson)
            : Answers.Refused(refusal);
    }

    private static async Task<IResult> PostAsync(HttpContext context, PostMessage postMessage, MessageRate rate, RoomRate roomRate, string id)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.PostMessageBody);
        if (!body.TryGet(out var asked, out var refusal) || !asked.ToMessage().TryGet(out var said, out refusal)) return Answers.Refused(refusal);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        var caller = context.GetCaller();
        if (rate.TryTake(caller.Id) is { } tooFast) return Answers.Refused(tooFast);
        if (roomRate.IsFull(room)) return Answers.Refused(await roomRate.RefuseAsync(room, caller.Id, context.RequestAborted));

        // Not with the request's own token: who hangs up now has posted all the same.
        var posted = await postMessage.ExecuteAsync(caller, room, said, CancellationToken.None);
        roomRate.Count(posted);
        return Answers.Posted(posted);
    }
}
