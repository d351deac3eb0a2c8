using Chat.Infrastructure.InProcess;
using Chat.Infrastructure.RabbitMq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure;

/// <summary>Which event bus, and which broker for the general destinations, a gateway has.</summary>
public static class EventBusRegistration
{
    /// <summary>RabbitMQ where <c>RabbitMq:Uri</c> is set, else this process alone. The gateway registers its <see cref="Domain.Events.NodeId"/>.</summary>
    public static IServiceCollection AddEventBus(this IServiceCollection services, IConfiguration configuration) =>
        string.IsNullOrEmpty(configuration[RabbitMqOptions.UriKey])
            ? services.AddInProcessBus()
            : services.AddRabbitMq(configuration);
}
