using System.Net;
using Chat.Domain.Sessions;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Stomp.Gateway.DevelopmentTokens;
using Stomp.Gateway.Options;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Security;

internal static class SecurityRegistration
{
    /// <summary>Verifies tokens, by the development token server's keys where no Auth Server is configured, and guards the handshake.</summary>
    public static IServiceCollection AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsValidator>();
        services.AddSingleton<DevelopmentTokenServer>();
        // First of all hosted services: whoever connects finds its keys.
        services.AddHostedService(provider => provider.GetRequiredService<DevelopmentTokenServer>());
        services.AddSingleton(provider => new TokenKeys(
            provider.GetRequiredService<AuthOptions>(), () => provider.GetRequiredService<DevelopmentTokenServer>().Address, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TokenVerifier>();
        services.AddSingleton<ITokenVerifier>(provider => new RevocationCheck(provider.GetRequiredService<TokenVerifier>(), provider.GetRequiredService<Revocations>()));
        services.AddSingleton<TypingRate>();
        services.AddSingleton<ServiceAccounts>();
        services.AddSingleton<LoginRate>();
        services.AddSingleton<MessageRate>();
        services.AddSingleton<RoomRate>();
        services.AddSingleton<WebhookRate>();
        return services.AddSingleton<IHandshakeGuard, HandshakeGuard>();
    }

    /// <summary>Believes the proxies that <c>Gateway:TrustedProxies</c> names when they say for whom they ask.</summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var trusted = app.Services.GetRequiredService<GatewayOptions>().TrustedProxies;
        if (trusted.Count == 0) return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in trusted)
        {
            if (IPAddress.TryParse(proxy, out var address)) options.KnownProxies.Add(address);
            else options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }
        app.UseForwardedHeaders(options);
    }
}
