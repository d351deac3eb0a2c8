
namespace Stomp.Gateway.Destinations.General;

internal static class GeneralRegistration
{
    /// <summary>The first segments of general destinations.</summary>
    private static readonly string[] Prefixes = ["topic", "queue", "exchange", "amq", "temp-queue", "reply-queue"];

    /// <summary>Adds the general destinations. What the chat itself has under these prefixes is added before, and found first.</summary>
    public static IServiceCollection AddGeneralDestinations(this IServiceCollection services)
    {
        services.AddSingleton<Grants>();
        foreach (var prefix in Prefixes)
        {
            services.AddSingleton<ISendHandler>(provider => new GeneralSend(provider.GetRequiredService<Grants>(), prefix));
            services.AddSingleton<ISubscribeHandler>(provider => new GeneralSubscribe(provider.GetRequiredService<Grants>(), prefix));
        }
        return services;
    }
}
