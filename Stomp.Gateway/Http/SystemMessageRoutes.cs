using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>What services have the system say.</summary>
internal static class SystemMessageRoutes
{
    public static void MapSystemMessages(this IEndpointRouteBuilder api) =>
        api.MapPost("/system-messages", PostAsync).WithTags("Services").WithSummary("Posts a SYSTEM message, for the role service; a repeated idempotencyKey answers 200 with the first.")
            .Accepts<SystemMessageBody>("application/json").Produces<MessageJson>().Produces<MessageJson>(StatusCodes.Status201Created);

    [Unlimited]
    private static async Task<IResult> PostAsync(HttpContext context, PostSystemMessage postSystemMessage)
    {
        if (!context.GetCaller().IsService) return Answers.Refused(Refusal.Forbidden("SYSTEM messages are for services."));
        var body = await context.ReadBodyAsync(WireJson.Wire.SystemMessageBody);
        if (!body.TryGet(out var asked, out var refusal) || !asked.ToMessage().TryGet(out var message, out refusal)) return Answers.Refused(refusal);
        // As for other messages: who hangs up now has posted all the same.
        return Answers.Posted(await postSystemMessage.ExecuteAsync(message, CancellationToken.None));
    }
}
