using Chat.Domain.Outcomes;
using Chat.Domain.Users;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>From whom the caller wants to hear nothing.</summary>
internal static class BlockRoutes
{
    private static readonly Refusal NoUser = Refusal.Invalid("That is no user id: 1 to 64 characters, none of them a control character.");

    public static void MapBlocks(this IEndpointRouteBuilder api)
    {
        api.MapGet("/blocks", ListAsync).WithTags("Me").WithSummary("Whom I have blocked, by user id.").Produces<ListJson<BlockJson>>();
        api.MapPut("/users/{id}/block", BlockAsync).WithTags("Me").WithSummary("Blocks somebody: no direct messages and no notifications from them.")
            .Produces(StatusCodes.Status204NoContent);
        api.MapDelete("/users/{id}/block", UnblockAsync).WithTags("Me").WithSummary("Takes a block back.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IBlockStore blocks, string? cursor, int? limit)
    {
        if (!Requests.LimitOf(limit).TryGet(out var size, out var refusal)) return Answers.Refused(refusal);
        if (!Lists.TryReadUserCursor(cursor, out var after)) return Answers.Refused(Requests.BadCursor);
        var page = await blocks.ListAsync(context.GetCaller().Id, after, size, context.RequestAborted);
        return Answers.Ok(Lists.OfBlocks(page, size), WireJson.Wire.ListJsonBlockJson);
    }

    private static async Task<IResult> BlockAsync(HttpContext context, BlockUser blockUser, string id) => Requests.TryParseUser(id, out var user)
        ? Answers.Gone(await blockUser.ExecuteAsync(context.GetCaller(), user, context.RequestAborted))
        : Answers.Refused(NoUser);

    private static async Task<IResult> UnblockAsync(HttpContext context, IBlockStore blocks, string id)
    {
        if (!Requests.TryParseUser(id, out var user)) return Answers.Refused(NoUser);
        await blocks.UnblockAsync(context.GetCaller().Id, user, context.RequestAborted);
        return Results.NoContent();
    }
}
