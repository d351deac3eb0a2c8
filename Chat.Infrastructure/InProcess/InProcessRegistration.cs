using Chat.Domain.Brokering;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Presence;
using Chat.Domain.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure.InProcess;

public static class InProcessRegistration
{
    /// <summary>A gateway that works alone: what happens on it is heard on it.</summary>
    public static IServiceCollection AddInProcessBus(this IServiceCollection services) =>
        services.AddSingleton<IEventBus, InProcessEventBus>().AddInProcessBroker();

    /// <summary>What is shared and passing, for this process alone.</summary>
    public static IServiceCollection AddInProcessLive(this IServiceCollection services)
    {
        services.AddSingleton<MemorySessionStore>();
        services.AddSingleton<ISessionStore>(provider => provider.GetRequiredService<MemorySessionStore>());
        services.AddSingleton<IPresenceStore>(provider => provider.GetRequiredService<MemorySessionStore>());
        services.AddSingleton<MemoryRecentMessages>();
        services.AddSingleton<IRecentMessages>(provider => provider.GetRequiredService<MemoryRecentMessages>());
        return services.AddSingleton<ICommitObserver>(provider => provider.GetRequiredService<MemoryRecentMessages>());
    }

    /// <summary>Queues and topics in memory, for this process alone.</summary>
    public static IServiceCollection AddInProcessBroker(this IServiceCollection services) => services.AddSingleton<IBroker, InProcessBroker>();
}
