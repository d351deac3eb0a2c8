using Microsoft.Extensions.Options;
using Stomp.Gateway.Destinations.Aliases;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Destinations;

internal static class DestinationRegistration
{
    /// <summary>Adds the destinations that clients know; each is one line.</summary>
    public static IServiceCollection AddDestinations(this IServiceCollection services)
    {
        services.AddSingleton<ISubscribeHandler, RoomEvents>();
        services.AddSingleton<ISubscribeHandler, RoomSignalsSubscribe>();
        services.AddSingleton<ISubscribeHandler, RoomListChanges>();
        services.AddSingleton<ISubscribeHandler, SessionEvents>();
        services.AddSingleton<ISubscribeHandler, SessionErrors>();
        services.AddSingleton<ISubscribeHandler, RoomListSnapshot>();
        services.AddSingleton<ISubscribeHandler, RoomSnapshot>();
        services.AddSingleton<ISubscribeHandler, UserQueueSubscribe>();
        services.AddSingleton<ISendHandler, RoomMessages>();
        services.AddSingleton<ISendHandler, MessageEdits>();
        services.AddSingleton<ISendHandler, MessageDeletes>();
        services.AddSingleton<ISendHandler, MessagePins>();
        services.AddSingleton<ISendHandler, MessageUnpins>();
        services.AddSingleton<ISendHandler, MessageReactions>();
        services.AddSingleton<ISendHandler, ReadPositions>();
        services.AddSingleton<ISendHandler, UnreadMarks>();
        services.AddSingleton<ISendHandler, ScheduledMessages>();
        services.AddSingleton<ISendHandler, ScheduledMessageEdits>();
        services.AddSingleton<ISendHandler, ScheduledMessageDeletes>();
        services.AddSingleton<ISendHandler, Drafts>();
        services.AddSingleton<ISendHandler, Typing>();
        services.AddSingleton<ISendHandler, OwnPresence>();
        services.AddSingleton<ISendHandler, SessionRefresh>();
        services.AddSingleton<ISendHandler, UserQueueSend>();
        services.AddSingleton<ISendHandler, SystemMessages>();
        services.AddSingleton<IValidateOptions<StompOptions>, AliasOptionsValidator>();
        services.AddSingleton(provider => AliasReader.Read(provider.GetRequiredService<StompOptions>().Aliases));
        return services.AddSingleton<DestinationRouter>();
    }
}
