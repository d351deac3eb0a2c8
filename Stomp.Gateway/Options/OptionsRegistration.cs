using Microsoft.Extensions.Options;

namespace Stomp.Gateway.Options;

internal static class OptionsRegistration
{
    /// <summary>Binds the gateway's own settings; each is checked before the server starts.</summary>
    public static IServiceCollection AddGatewayOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<LimitsOptions>, LimitsOptionsValidator>();
        services.AddSingleton<IValidateOptions<PresenceOptions>, PresenceOptionsValidator>();
        services.AddSingleton<IValidateOptions<StompOptions>, StompOptionsRanges>();
        services.AddSingleton<IValidateOptions<StompOptions>, StompOptionsValidator>();
        services.AddSingleton<IValidateOptions<TcpOptions>, TcpOptionsRanges>();
        services.AddSingleton<IValidateOptions<TcpOptions>, TcpOptionsValidator>();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        return services
            .Bind<LimitsOptions>(configuration, LimitsOptions.Section)
            .Bind<PresenceOptions>(configuration, PresenceOptions.Section)
            .Bind<StompOptions>(configuration, StompOptions.Section)
            .Bind<TcpOptions>(configuration, TcpOptions.Section)
            .Bind<GatewayOptions>(configuration, GatewayOptions.Section)
            .Bind<AuthOptions>(configuration, AuthOptions.Section);
    }

    /// <summary>Binds one section, and offers its options to constructors as they are.</summary>
    private static IServiceCollection Bind<T>(this IServiceCollection services, IConfiguration configuration, string section) where T : class
    {
        services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateOnStart();
        return services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
    }
}
