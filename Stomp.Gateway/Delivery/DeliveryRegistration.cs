using Chat.Domain.Events;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Delivery;

internal static class DeliveryRegistration
{
    /// <summary>Adds the way from the bus to those who listen. It has to be added before anything that publishes: it starts the bus.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddSingleton<IEventEncoder, JsonEventEncoder>();
        services.AddSingleton<FeedFiller>();
        services.AddSingleton<ReplayPages>();
        services.AddSingleton<RoomFeeds>();
        services.AddSingleton<UserListening>();
        services.AddSingleton<RoomLists>();
        services.AddSingleton<UserQueues>();
        services.AddSingleton<RoomSignals>();
        services.AddSingleton<UserNotices>();
        services.AddSingleton<EventDelivery>();
        services.AddSingleton<DeliveryService>();
        return services.AddHostedService(provider => provider.GetRequiredService<DeliveryService>());
    }
}
