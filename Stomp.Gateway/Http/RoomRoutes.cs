using Chat.Domain;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>Rooms: the list, and how rooms are made.</summary>
internal static class RoomRoutes
{
    public static void MapRooms(this IEndpointRouteBuilder api)
    {
        api.MapGet("/rooms", ListAsync).WithTags("Rooms").WithSummary("My rooms, newest message first; all, or those that are or are not favourites or archived.").Produces<ListJson<RoomJson>>();
        api.MapGet("/rooms/public", ListPublicAsync).WithTags("Rooms").WithSummary("Public rooms whose name contains q, by name.").Produces<ListJson<PublicRoomJson>>();
        api.MapGet("/rooms/{id}", FindAsync).WithTags("Rooms").WithSummary("A room that I am a member of.").Produces<RoomJson>();
        api.MapPost("/rooms", CreateAsync).WithTags("Rooms").WithSummary("Makes a group room that I own.")
            .Accepts<CreateRoomBody>("application/json").Produces<RoomJson>(StatusCodes.Status201Created);
        api.MapPost("/rooms/direct", OpenDirectAsync).WithTags("Rooms").WithSummary("The one room of me and another person; made if there is none.")
            .Accepts<DirectRoomBody>("application/json").Produces<RoomJson>().Produces<RoomJson>(StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IRoomStore rooms, bool? favorite, bool? archived, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadRoomCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        var page = await rooms.ListAsync(context.GetCaller().Id, new RoomFilter(favorite, archived), after, size, context.RequestAborted);
        return Answers.Ok(Lists.OfRooms(page, size), WireJson.Wire.ListJsonRoomJson);
    }

    private static async Task<IResult> ListPublicAsync(HttpContext context, IRoomStore rooms, string? q, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadPublicRoomCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        if (q is { Length: > RoomSettings.MaxNameLength } || (q is not null && !OpaqueText.IsStorable(q)))
            return Answers.Refused(Refusal.Invalid($"q has up to {RoomSettings.MaxNameLength} characters, none of them U+0000 or half of a surrogate pair."));
        var page = await rooms.ListPublicAsync(q ?? "", after, size, context.RequestAborted);
        return Answers.Ok(Lists.OfPublicRooms(page, size), WireJson.Wire.ListJsonPublicRoomJson);
    }

    private static async Task<IResult> FindAsync(HttpContext context, IRoomStore rooms, string id) =>
        RoomId.TryParse(id, out var room) && await rooms.FindListingAsync(room, context.GetCaller().Id, context.RequestAborted) is { } listing
            ? Answers.Ok(RoomJson.Of(listing), WireJson.Wire.RoomJson)
            : Answers.Refused(Refusal.NotMember);

    private static async Task<IResult> CreateAsync(HttpContext context, CreateRoom createRoom)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.CreateRoomBody);
        if (!body.TryGet(out var asked, out var refusal)) return Answers.Refused(refusal);
        if (!asked.ReadSettings().TryGet(out var settings, out refusal)) return Answers.Refused(refusal);
        if (!asked.ReadMembers().TryGet(out var members, out refusal)) return Answers.Refused(refusal);
        var created = await createRoom.ExecuteAsync(context.GetCaller(), settings, members, context.RequestAborted);
        return created.TryGet(out var room, out refusal) ? Made(room) : Answers.Refused(refusal);
    }

    private static async Task<IResult> OpenDirectAsync(HttpContext context, OpenDirectRoom openDirectRoom)
    {
        var body = await context.ReadBodyAsync(WireJson.Wire.DirectRoomBody);
        if (!body.TryGet(out var asked, out var refusal)) return Answers.Refused(refusal);
        if (!UserId.TryParse(asked.UserId, out var other)) return Answers.Refused(Refusal.Invalid("The body needs the field userId: who the other person is."));
        var opened = await openDirectRoom.ExecuteAsync(context.GetCaller(), other, context.RequestAborted);
        if (!opened.TryGet(out var direct, out refusal)) return Answers.Refused(refusal);
        return direct.Created ? Made(direct.Room) : Answers.Ok(RoomJson.Of(direct.Room), WireJson.Wire.RoomJson);
    }

    private static IResult Made(RoomListing room) => Answers.Created($"/rooms/{room.Room.Id}", RoomJson.Of(room), WireJson.Wire.RoomJson);
}
