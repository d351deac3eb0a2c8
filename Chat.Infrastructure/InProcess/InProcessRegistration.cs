using Chat.Domain.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure.InProcess;

public static class InProcessRegistration
{
    /// <summary>A gateway that works alone: what happens on it is heard on it.</summary>
    public static IServiceCollection AddInProcessBus(this IServiceCollection services) => services.AddSingleton<IEventBus, InProcessEventBus>();
}
