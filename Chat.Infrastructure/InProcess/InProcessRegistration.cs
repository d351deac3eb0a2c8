using Chat.Domain.Brokering;
using Chat.Domain.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure.InProcess;

public static class InProcessRegistration
{
    /// <summary>A gateway that works alone: what happens on it is heard on it.</summary>
    public static IServiceCollection AddInProcessBus(this IServiceCollection services) =>
        services.AddSingleton<IEventBus, InProcessEventBus>().AddInProcessBroker();

    /// <summary>Queues and topics in memory, for this process alone.</summary>
    public static IServiceCollection AddInProcessBroker(this IServiceCollection services) => services.AddSingleton<IBroker, InProcessBroker>();
}
