using System.Reflection;
using Stomp.Gateway.Security;

namespace Stomp.Gateway.Http;

/// <summary>How fast one user may change something by whatever route: said once for all routes, so that none can forget it.</summary>
internal static class RouteLimits
{
    /// <summary>Whoever calls a route that changes something is counted, but where the route counts for itself, or says that it does not count (<see cref="UnlimitedAttribute"/>).</summary>
    public static void LimitChanges(this IEndpointConventionBuilder api) => api.Add(endpoint =>
    {
        var handler = endpoint.Metadata.OfType<MethodInfo>().Single();
        if (endpoint.Metadata.OfType<IHttpMethodMetadata>().Single().HttpMethods.Contains(HttpMethods.Get) || handler.IsDefined(typeof(UnlimitedAttribute))) return;
        endpoint.Metadata.Add(LimitedRoute.Mark);
        if (!CountsForItself(handler)) endpoint.FilterFactories.Add(Count);
    });

    private static bool CountsForItself(MethodInfo handler) =>
        handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(MessageRate) || parameter.ParameterType == typeof(WebhookRate));

    private static EndpointFilterDelegate Count(EndpointFilterFactoryContext factory, EndpointFilterDelegate next)
    {
        var rate = factory.ApplicationServices.GetRequiredService<MessageRate>();
        return async invocation => rate.TryTakeOther(invocation.HttpContext.GetCaller().Id) is { } tooFast ? Answers.Refused(tooFast) : await next(invocation);
    }
}

/// <summary>The route can be answered with <c>rate_limited</c>.</summary>
internal sealed class LimitedRoute
{
    public static readonly LimitedRoute Mark = new();

    private LimitedRoute()
    {
    }
}

/// <summary>The route changes something, and may be called as fast as its caller likes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnlimitedAttribute : Attribute;
