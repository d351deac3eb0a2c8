namespace Stomp.Gateway.Destinations;

/// <summary>Finds who handles a destination.</summary>
internal sealed class DestinationRouter(IEnumerable<ISendHandler> sendHandlers, IEnumerable<ISubscribeHandler> subscribeHandlers)
{
    private readonly Route<ISendHandler>[] _send = [.. sendHandlers.Select(h => new Route<ISendHandler>([.. h.Pattern], h))];
    private readonly Route<ISubscribeHandler>[] _subscribe = [.. subscribeHandlers.Select(h => new Route<ISubscribeHandler>([.. h.Pattern], h))];

    public ISendHandler? FindSend(in Destination destination, out string? variable) => Find(_send, destination, out variable);

    public ISubscribeHandler? FindSubscribe(in Destination destination, out string? variable) => Find(_subscribe, destination, out variable);

    private static T? Find<T>(Route<T>[] routes, in Destination destination, out string? variable) where T : class
    {
        foreach (var route in routes)
        {
            if (destination.Matches(route.Pattern, out variable)) return route.Handler;
        }
        variable = null;
        return null;
    }

    private readonly record struct Route<T>(string[] Pattern, T Handler);
}
