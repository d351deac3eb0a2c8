using Chat.Domain.Brokering;
using Chat.Domain.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.RabbitMq;

public static class RabbitMqRegistration
{
    /// <summary>A gateway that shares its events with others by RabbitMQ, and has its queues and topics for services there; settings in section <c>RabbitMq</c>, checked at start.</summary>
    public static IServiceCollection AddRabbitMq(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RabbitMqOptions>().Bind(configuration.GetSection(RabbitMqOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RabbitMqOptions>, RabbitMqOptionsValidator>();
        services.AddSingleton<RabbitMqMetrics>();
        services.AddSingleton<RabbitMqEventBus>();
        services.AddSingleton<IEventBus>(provider => provider.GetRequiredService<RabbitMqEventBus>());
        services.AddSingleton<IBroker, RabbitMqBroker>();
        services.AddHostedService<SystemQueue>();
        services.AddHealthChecks().AddCheck<RabbitMqEventBus>("rabbitmq");
        return services;
    }
}
