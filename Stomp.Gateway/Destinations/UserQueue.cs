using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations.General;

namespace Stomp.Gateway.Destinations;

/// <summary>SUBSCRIBE <c>/user/queue/x</c>: what services say to the user in person, as Spring's <c>convertAndSendToUser</c> does.</summary>
internal sealed class UserQueueSubscribe(UserQueues queues) : ISubscribeHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["user", "queue", "**"];

    public async ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken)
    {
        var (id, destination) = (request.Id, request.Destination.Text);
        return Outcome.Of(await queues.SubscribeAsync(session.UserId, UserQueue.Normalize(destination["/user".Length..]), OnMessage, cancellationToken));

        // The destination is the subscribed one: how it is resolved is nobody's business.
        void OnMessage(UserMessage message) => session.Offer(MessageFrame.Of(session, id, destination, message.Message));
    }
}

/// <summary>SEND <c>/user/{name}/queue/x</c>: to all sessions of that user, on every node. For services, and those to whom it is granted.</summary>
internal sealed class UserQueueSend(IEventBus bus, Grants grants) : ISendHandler
{
    public IReadOnlyList<string> Pattern { get; } = ["user", "**"];

    public Refusal? Check(IClientSession session, SendRequest request)
    {
        var text = request.Destination.Text;
        if (UserQueue.Parse(text) is null) return Refusal.NotFound("A user's queue is /user/{name}/queue/{queue}.");
        return grants.MaySend(session.Caller, text) ? null : Refusal.Forbidden("To speak to others' queues is for services, and for those to whom Stomp:Grants gives it.");
    }

    public Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken)
    {
        if (Check(session, request) is { } refusal) return Task.FromResult<SendAnswer>(refusal);
        var (user, queue) = UserQueue.Parse(request.Destination.Text)!.Value;
        bus.Signal(new UserMessage(user, queue, MessageHeaders.Read(request.Frame)));
        return Task.FromResult(default(SendAnswer));
    }
}

/// <summary>How users' queues are written.</summary>
internal static class UserQueue
{
    private const string Prefix = "/user/";
    private const string Queues = "/queue/";

    /// <summary>Behind the prefix a dot is as good as a slash.</summary>
    public static string Normalize(string queue) => queue.Replace('.', '/');

    /// <summary>Cuts <c>/user/{name}/queue/x</c>. The name is one segment, in which <c>%2F</c> stands for a slash.</summary>
    public static (UserId User, string Queue)? Parse(string destination)
    {
        var slash = destination.IndexOf('/', Prefix.Length);
        if (slash < 0 || !UserId.TryParse(Uri.UnescapeDataString(destination[Prefix.Length..slash]), out var user)) return null;
        var queue = Normalize(destination[slash..]);
        return queue.Length > Queues.Length && queue.StartsWith(Queues, StringComparison.Ordinal) ? (user, queue) : null;
    }
}
