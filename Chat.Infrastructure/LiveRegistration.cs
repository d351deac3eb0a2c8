using Chat.Domain.Rooms;
using Chat.Infrastructure.InProcess;
using Chat.Infrastructure.Redis;
using Chat.Infrastructure.Sql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure;

/// <summary>Where a gateway keeps what is shared and passing: sessions, presence, recent messages.</summary>
public static class LiveRegistration
{
    /// <summary>In Redis where <c>Redis:ConnectionString</c> is set, else in this process alone. Goes in front of the storage: what it keeps is asked first.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<SqlUserRooms>();
        return string.IsNullOrEmpty(configuration[RedisOptions.ConnectionStringKey])
            ? services.AddSingleton<IUserRooms>(provider => provider.GetRequiredService<SqlUserRooms>()).AddInProcessLive()
            : services.AddRedis<SqlUserRooms>(configuration);
    }
}
