using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Stomp.Gateway.Security;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>One message: what it says, and what becomes of it.</summary>
internal static class MessageChangeRoutes
{
    public static void MapMessageChanges(this IEndpointRouteBuilder api)
    {
        api.MapGet("/rooms/{id}/messages/{mid}", FindAsync).WithTags("Messages").WithSummary("One message.").Produces<MessageJson>();
        api.MapPatch("/rooms/{id}/messages/{mid}", EditAsync).WithTags("Messages").WithSummary("Edits a message of mine, while the room's edit window is open.")
            .Accepts<EditBody>("application/json").Produces<MessageJson>();
        api.MapDelete("/rooms/{id}/messages/{mid}", DeleteAsync).WithTags("Messages")
            .WithSummary("Deletes a message: mine while the room's delete window is open, anybody's for owners and moderators.").Produces(StatusCodes.Status204NoContent);
        api.MapGet("/rooms/{id}/messages/{mid}/edits", ReadEditsAsync).WithTags("Messages")
            .WithSummary("What a message said before, oldest first; for its author, owners and moderators.").Produces<ListJson<FormerTextJson>>();
        api.MapPut("/rooms/{id}/messages/{mid}/reactions/{emoji}", AddReactionAsync).WithTags("Messages").WithSummary("Reacts to a message.").Produces<MessageJson>();
        api.MapDelete("/rooms/{id}/messages/{mid}/reactions/{emoji}", RemoveReactionAsync).WithTags("Messages").WithSummary("Takes a reaction back.")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> FindAsync(HttpContext context, FindMessage findMessage, string id, string mid) =>
        Answer(await context.AboutMessageAsync(id, mid, findMessage.ExecuteAsync));

    private static async Task<IResult> EditAsync(HttpContext context, EditMessage editMessage, MessageRate rate, string id, string mid)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.EditBody);
        if (!body.TryGet(out var asked, out var refusal)) return Answers.Refused(refusal);
        return Answer(await context.ChangeMessageAsync(rate, id, mid, (caller, room, message, cancellationToken) =>
            editMessage.ExecuteAsync(caller, room, message, asked.Text ?? "", cancellationToken)));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, DeleteMessage deleteMessage, MessageRate rate, string id, string mid) =>
        Gone(await context.ChangeMessageAsync(rate, id, mid, deleteMessage.ExecuteAsync));

    private static async Task<IResult> ReadEditsAsync(HttpContext context, ReadEdits readEdits, string id, string mid, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadEditCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        var read = await context.AboutMessageAsync(id, mid, (caller, room, message, cancellationToken) =>
            readEdits.ExecuteAsync(caller, room, message, after, size, cancellationToken));
        return read.TryGet(out var page, out refusal) ? Answers.Ok(Lists.OfEdits(page, size), WireJson.Wire.ListJsonFormerTextJson) : Answers.Refused(refusal);
    }

    private static async Task<IResult> AddReactionAsync(HttpContext context, ReactToMessage reactToMessage, MessageRate rate, string id, string mid, string emoji) =>
        Answer(await context.ChangeMessageAsync(rate, id, mid, (caller, room, message, cancellationToken) =>
            reactToMessage.ExecuteAsync(caller, room, message, emoji, isOn: true, cancellationToken)));

    private static async Task<IResult> RemoveReactionAsync(HttpContext context, ReactToMessage reactToMessage, MessageRate rate, string id, string mid, string emoji) =>
        Gone(await context.ChangeMessageAsync(rate, id, mid, (caller, room, message, cancellationToken) =>
            reactToMessage.ExecuteAsync(caller, room, message, emoji, isOn: false, cancellationToken)));

    public static IResult Answer(Outcome<Message> outcome) =>
        outcome.TryGet(out var message, out var refusal) ? Answers.Ok(MessageJson.Of(message), WireJson.Wire.MessageJson) : Answers.Refused(refusal);

    public static IResult Gone(Outcome<Message> outcome) => outcome.Refusal is { } refusal ? Answers.Refused(refusal) : Results.NoContent();
}

/// <summary>Requests about one message.</summary>
internal static class MessageRequests
{
    public delegate ValueTask<Outcome<T>> Ask<T>(Caller caller, RoomId room, MessageId message, CancellationToken cancellationToken);

    /// <summary>Asks in the caller's name. Of a message id that is none there is no message, which a member is told, and nobody else.</summary>
    public static async ValueTask<Outcome<T>> AboutMessageAsync<T>(this HttpContext context, string id, string mid, Ask<T> ask)
    {
        if (!RoomId.TryParse(id, out var room)) return Refusal.NotMember;
        _ = MessageId.TryParse(mid, out var message);
        return await ask(context.GetCaller(), room, message, context.RequestAborted);
    }

    /// <summary>The same for what changes it, within the caller's rate.</summary>
    public static ValueTask<Outcome<Message>> ChangeMessageAsync(this HttpContext context, MessageRate rate, string id, string mid, Ask<Message> change) =>
        context.AboutMessageAsync<Message>(id, mid, async (caller, room, message, cancellationToken) =>
            rate.TryTakeChange(caller.Id) is { } tooFast ? tooFast : await change(caller, room, message, cancellationToken));
}
