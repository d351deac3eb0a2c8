using Chat.Domain.Drafts;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Presence;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Search;
using Chat.Domain.Sessions;
using Chat.Domain.Users;
using Chat.Domain.Webhooks;
using Chat.Infrastructure;
using Chat.Infrastructure.Sql;
using Stomp.Gateway.Commands;
using Stomp.Gateway.Connections;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Destinations.General;
using Stomp.Gateway.Http;
using Stomp.Gateway.Options;
using Stomp.Gateway.Security;
using Stomp.Gateway.Transports;
using Stomp.Gateway.Transports.SockJs.TestServices;
using Stomp.Gateway.Transports.Tcp;

return await new GatewayCommands(Program.Compose, MigrateAsync).RunAsync(args);

static async Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken)
{
    try
    {
        await services.MigrateAsync(cancellationToken);
    }
    catch (MigrationException e)
    {
        throw new SettingException(e.Message, e);
    }
}

/// <summary>Puts the gateway together.</summary>
internal static partial class Program
{
    /// <param name="settings">As on the command line.</param>
    internal static WebApplication Compose(IReadOnlyList<string> settings)
    {
        // The page and the settings lie beside the program, wherever it is started from; data is kept where it is started.
        // Settings are read once: nothing watches their files.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. settings],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        // What is written goes to the socket on the writer's own thread, and what comes is read on that which the socket woke; each hop to another thread costs
        // more than a frame does. What Kestrel's name for it warns of is work that blocks (docs/decisions/0009-how-deliveries-are-written.md).
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Logging.ClearProviders().AddConsole();
        // At Information these lines have the query of each request, in which a handshake may carry its token. And where it logs at all, the host gives each
        // request an Activity and a scope, which an idle client would hold for as long as it is connected.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // At Debug these have the paths of requests, and that of a webhook has its secret.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Routing.Matching.DfaMatcher", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.None);

        var services = builder.Services;
        services.AddGatewayOptions(builder.Configuration);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new NodeId(provider.GetRequiredService<GatewayOptions>().NodeId));

        services.AddTokens();
        services.AddDelivery();
        services.AddEventBus(builder.Configuration);
        services.AddLive(builder.Configuration);
        services.AddSql(builder.Configuration);
        AddUseCases(services);
        services.AddDestinations();
        services.AddGeneralDestinations();
        services.AddStompConnections();
        services.AddStompTransports();
        services.AddHostedService<TcpListenerService>();
        services.AddApi();

        var app = builder.Build();
        app.Services.CheckSettings();
        app.ListenAsConfigured();
        app.UseTrustedProxies();
        // From here the STOMP endpoints are reached at once: what follows is for REST and the page, and would be held by every socket while it lasts.
        app.UseRouting();
        app.UseApi();
        app.UsePage();
        app.MapHealth();
        app.MapPageSettings();
        foreach (var path in app.Services.GetRequiredService<StompOptions>().EffectivePaths) app.MapStomp(path);
        app.MapSockJsTestServices();
        return app;
    }

    private static void AddUseCases(IServiceCollection services)
    {
        services.AddSingleton<CreateRoom>();
        services.AddSingleton<OpenDirectRoom>();
        services.AddSingleton<JoinRoom>();
        services.AddSingleton<EnterRoom>();
        services.AddSingleton<LeaveRoom>();
        services.AddSingleton<InviteToRoom>();
        services.AddSingleton<ListMembers>();
        services.AddSingleton<UpdateRoom>();
        services.AddSingleton<CloseRoom>();
        services.AddSingleton<ChangeMember>();
        services.AddSingleton<RemoveMember>();
        services.AddSingleton<RoomBans>();
        services.AddSingleton<RoomInvites>();
        services.AddSingleton<JoinRequests>();
        services.AddSingleton<MakeWebhook>();
        services.AddSingleton<RoomWebhooks>();
        services.AddSingleton<PostByWebhook>();
        services.AddSingleton<ArrangeRoom>();
        services.AddSingleton<BlockUser>();
        services.AddSingleton<ListenToRoom>();
        services.AddSingleton<PostMessage>();
        services.AddSingleton<PostingDetails>();
        services.AddSingleton<Mentions>();
        services.AddSingleton<MessageSchedule>();
        services.AddSingleton<PostScheduledMessage>();
        services.AddSingleton<SaveDraft>();
        services.AddSingleton<ReadThread>();
        services.AddSingleton<PostSystemMessage>();
        services.AddSingleton<ReadHistory>();
        services.AddSingleton<EditMessage>();
        services.AddSingleton<DeleteMessage>();
        services.AddSingleton<PinMessage>();
        services.AddSingleton<ReactToMessage>();
        services.AddSingleton<FindMessage>();
        services.AddSingleton<ListPins>();
        services.AddSingleton<ReadEdits>();
        services.AddSingleton<ListReaders>();
        services.AddSingleton<MarkRead>();
        services.AddSingleton<MarkUnread>();
        services.AddSingleton<RecentHistory>();
        services.AddSingleton<ShowTyping>();
        services.AddSingleton<AnnouncePresence>();
        services.AddSingleton<Revocations>();
        services.AddSingleton<RevokeTokens>();
        services.AddSingleton<EndSessions>();
        services.AddSingleton<SearchMessages>();
    }
}
