using Stomp.Gateway.Delivery;
using Stomp.Gateway.Options;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

internal static class ConnectionRegistration
{
    /// <summary>Adds what takes living clients from the transports.</summary>
    public static IServiceCollection AddStompConnections(this IServiceCollection services)
    {
        services.AddSingleton(provider => new SessionRegistry(provider.GetRequiredService<LimitsOptions>().SessionsPerUser));
        services.AddSingleton<ConnectionClock>();
        services.AddHostedService(provider => provider.GetRequiredService<ConnectionClock>());
        services.AddSingleton<IGathering>(Writers.Shared);
        services.AddHostedService<SessionReporter>();
        services.AddHostedService<RevocationWatch>();
        services.AddSingleton<ConnectionServices>();
        return services.AddSingleton<IConnectionRunner, StompConnectionRunner>();
    }
}
