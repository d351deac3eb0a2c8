using Chat.Domain.Outcomes;
using Stomp.Gateway.Destinations.Aliases;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations;

/// <summary>Finds who handles a destination, by whatever alias it is called.</summary>
internal sealed class DestinationRouter(IEnumerable<ISendHandler> sendHandlers, IEnumerable<ISubscribeHandler> subscribeHandlers, AliasTable aliases)
{
    private readonly Route<ISendHandler>[] _send = [.. sendHandlers.Select(h => new Route<ISendHandler>([.. h.Pattern], h))];
    private readonly Route<ISubscribeHandler>[] _subscribe = [.. subscribeHandlers.Select(h => new Route<ISubscribeHandler>([.. h.Pattern], h))];

    public Outcome<SendRoute> FindSend(Destination destination, Frame frame)
    {
        if (!aliases.Apply(destination, frame).TryGet(out var send, out var refusal)) return refusal;
        if (send.Destination is not { } target) return new SendRoute(NothingToDo.Handler, new SendRequest(destination, Variables: [], frame));
        return Find(_send, target, out var variables) is { } handler ? new SendRoute(handler, new SendRequest(target, variables, send.Frame)) : Unknown;
    }

    public Outcome<SubscribeRoute> FindSubscribe(Destination destination)
    {
        if (!aliases.Apply(destination).TryGet(out var subscribe, out var refusal)) return refusal;
        var (target, view) = subscribe;
        return Find(_subscribe, target, out var variables) is { } handler ? new SubscribeRoute(handler, target, variables, view) : Unknown;
    }

    private static readonly Refusal Unknown = Refusal.NotFound("There is no such destination.");

    private static T? Find<T>(Route<T>[] routes, in Destination destination, out IReadOnlyList<string> variables) where T : class
    {
        foreach (var route in routes)
        {
            if (destination.Matches(route.Pattern, out variables)) return route.Handler;
        }
        variables = [];
        return null;
    }

    private readonly record struct Route<T>(string[] Pattern, T Handler);
}

/// <summary>Who takes a SEND, and what it is for them.</summary>
internal readonly record struct SendRoute(ISendHandler Handler, SendRequest Request);

/// <summary>Who takes a SUBSCRIBE, and what it is for them.</summary>
internal readonly record struct SubscribeRoute(ISubscribeHandler Handler, Destination Destination, IReadOnlyList<string> Variables, RoomView? View);
