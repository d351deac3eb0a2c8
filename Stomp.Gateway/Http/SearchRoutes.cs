using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Chat.Domain.Users;
using Microsoft.AspNetCore.Mvc;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>Finding messages again.</summary>
internal static class SearchRoutes
{
    public static void MapSearch(this IEndpointRouteBuilder api) =>
        api.MapGet("/search", SearchAsync).WithTags("Search")
            .WithSummary("Messages that I may see, newest first: with these words (q), of a room, of a sender, made not before from and before to, with attachments.")
            .Produces<ListJson<MessageJson>>();

    private static async Task<IResult> SearchAsync(HttpContext context, SearchMessages searchMessages, [AsParameters] SearchParameters asked)
    {
        if (!Requests.LimitOf(asked.Limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadMessageCursor(asked.Cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        if (!asked.Read().TryGet(out var search, out refusal)) return Answers.Refused(refusal);
        var searched = await searchMessages.ExecuteAsync(context.GetCaller(), search, after, size, context.RequestAborted);
        return searched.TryGet(out var found, out refusal) ? Answers.Ok(Lists.OfFound(found), WireJson.Wire.ListJsonMessageJson) : Answers.Refused(refusal);
    }

    private sealed record SearchParameters(
        [FromQuery(Name = "q")] string? Q,
        [FromQuery(Name = "roomId")] string? RoomId,
        [FromQuery(Name = "senderId")] string? SenderId,
        [FromQuery(Name = "from")] DateTimeOffset? From,
        [FromQuery(Name = "to")] DateTimeOffset? To,
        [FromQuery(Name = "hasAttachments")] bool? HasAttachments,
        [FromQuery(Name = "cursor")] string? Cursor,
        [FromQuery(Name = "limit")] int? Limit)
    {
        public Outcome<MessageSearch> Read()
        {
            // A room that cannot be is answered as one that is somebody else's.
            if (!TryReadRoom(out var room)) return Refusal.NotMember;
            if (!TryReadSender(out var sender)) return Refusal.Invalid($"senderId has 1 to {UserId.MaxLength} characters.");
            return new MessageSearch { Text = Q, Room = room, Sender = sender, From = From, To = To, HasAttachments = HasAttachments is true };
        }

        private bool TryReadRoom(out RoomId? room)
        {
            var isGood = Chat.Domain.Rooms.RoomId.TryParse(RoomId, out var id);
            room = isGood ? id : null;
            return isGood || RoomId is null;
        }

        private bool TryReadSender(out UserId? sender)
        {
            var isGood = UserId.TryParse(SenderId, out var id);
            sender = isGood ? id : null;
            return isGood || SenderId is null;
        }
    }
}
