using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>Who has read what.</summary>
internal static class ReadingRoutes
{
    public static void MapReading(this IEndpointRouteBuilder api)
    {
        api.MapPost("/rooms/{id}/read", MarkReadAsync).WithTags("Reading").WithSummary("I have read up to a seq.")
            .Accepts<ReadBody>("application/json").Produces<ReadStateJson>();
        api.MapPost("/rooms/{id}/unread", MarkUnreadAsync).WithTags("Reading").WithSummary("A seq and all behind it are unread again.")
            .Accepts<ReadBody>("application/json").Produces<ReadStateJson>();
        api.MapGet("/rooms/{id}/messages/{mid}/readers", ListReadersAsync).WithTags("Reading").WithSummary("Who has read a message.").Produces<ReadersJson>();
    }

    /// <summary>Reading goes as fast as others write; a position that does not move tells nobody.</summary>
    [Unlimited]
    private static Task<IResult> MarkReadAsync(HttpContext context, MarkRead markRead, string id) =>
        MoveAsync(context, id, (room, seq) => markRead.ExecuteAsync(context.GetCaller(), room, seq, context.RequestAborted));

    private static Task<IResult> MarkUnreadAsync(HttpContext context, MarkUnread markUnread, string id) =>
        MoveAsync(context, id, (room, seq) => markUnread.ExecuteAsync(context.GetCaller(), room, seq, context.RequestAborted));

    private static async Task<IResult> MoveAsync(HttpContext context, string id, Func<RoomId, long, ValueTask<Outcome<ReadState>>> move)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.ReadBody);
        if (!body.TryGet(out var asked, out var refusal) || !asked.Check().TryGet(out var seq, out refusal)) return Answers.Refused(refusal);
        if (!RoomId.TryParse(id, out var room)) return Answers.Refused(Refusal.NotMember);
        return (await move(room, seq)).TryGet(out var state, out refusal) ? Answers.Ok(ReadStateJson.Of(state), WireJson.Wire.ReadStateJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> ListReadersAsync(HttpContext context, ListReaders listReaders, string id, string mid)
    {
        var listed = await context.AboutMessageAsync(id, mid, listReaders.ExecuteAsync);
        return listed.TryGet(out var readers, out var refusal) ? Answers.Ok(ReadersJson.Of(readers), WireJson.Wire.ReadersJson) : Answers.Refused(refusal);
    }
}
