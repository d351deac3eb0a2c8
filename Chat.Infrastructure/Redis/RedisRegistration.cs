using Chat.Domain.Messages;
using Chat.Domain.Presence;
using Chat.Domain.Rooms;
using Chat.Domain.Sessions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Redis;

internal static class RedisRegistration
{
    /// <summary>Keeps what is shared and passing in Redis; settings in section <c>Redis</c>, checked at start. The store's own <typeparamref name="TUserRooms"/> is asked for what Redis has not.</summary>
    public static IServiceCollection AddRedis<TUserRooms>(this IServiceCollection services, IConfiguration configuration) where TUserRooms : class, IUserRooms
    {
        services.AddOptions<RedisOptions>().Bind(configuration.GetSection(RedisOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>();
        services.AddSingleton<RedisLink>();
        services.AddSingleton<RedisSessionStore>();
        services.AddSingleton<ISessionStore>(provider => provider.GetRequiredService<RedisSessionStore>());
        services.AddSingleton<IPresenceStore>(provider => provider.GetRequiredService<RedisSessionStore>());
        services.AddSingleton<IRevocationStore, RedisRevocationStore>();
        services.AddSingleton<RedisRecentMessages>();
        services.AddSingleton<IRecentMessages>(provider => provider.GetRequiredService<RedisRecentMessages>());
        services.AddSingleton(provider => new RedisUserRooms(provider.GetRequiredService<RedisLink>(), provider.GetRequiredService<TUserRooms>()));
        services.AddSingleton<IUserRooms>(provider => provider.GetRequiredService<RedisUserRooms>());
        services.AddSingleton<RedisFollower>();
        services.AddSingleton<ICommitObserver>(provider => provider.GetRequiredService<RedisFollower>());
        services.AddHostedService(provider => provider.GetRequiredService<RedisFollower>());
        // Without it the chat does all its work but presence.
        services.AddHealthChecks().AddCheck<RedisLink>("redis", HealthStatus.Degraded);
        return services;
    }
}
