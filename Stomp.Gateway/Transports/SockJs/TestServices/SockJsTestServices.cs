using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.SockJs.TestServices;

/// <summary>
/// The four services that the SockJS protocol's public tests talk to, over the very endpoints, sessions and transports of the STOMP paths. Each has
/// sessions of its own.
/// </summary>
internal static partial class SockJsTestServices
{
    private const string Echo = "/echo";
    private const string EchoWithoutWebSocket = "/disabled_websocket_echo";
    private const string EchoWithCookie = "/cookie_needed_echo";
    private const string Close = "/close";

    /// <summary>What the tests count on.</summary>
    private const int StreamingBytes = 4096;

    /// <summary>In no UTF-8 text; the messages of the tests are texts.</summary>
    private const byte MessageEnd = 0xFF;

    /// <summary>Where they are.</summary>
    public static IReadOnlyList<string> Paths { get; } = [Echo, EchoWithoutWebSocket, EchoWithCookie, Close];

    /// <summary>Mounts them where <see cref="SockJsOptions.TestServices"/> wants them.</summary>
    public static void MapSockJsTestServices(this IEndpointRouteBuilder app)
    {
        var settings = app.ServiceProvider.GetRequiredService<IOptions<SockJsOptions>>().Value;
        if (!settings.TestServices)
            return;
        var options = Derive(settings);
        app.Map(Echo, new EchoConnection(options), options);
        app.Map(EchoWithoutWebSocket, new EchoConnection(options), Derive(settings, isWebSocketEnabled: false));
        app.Map(EchoWithCookie, new EchoConnection(options), Derive(settings, hasSessionCookie: true));
        app.Map(Close, new CloseConnection(), options);
        TestServicesAreOpen(app.ServiceProvider.GetRequiredService<ILogger<SockJsEndpoint>>());
    }

    private static void Map(this IEndpointRouteBuilder app, string path, IConnectionRunner runner, SockJsOptions service)
    {
        var (services, guard, options) = (app.ServiceProvider, new OpenDoor(), Microsoft.Extensions.Options.Options.Create(service));
        var sessions = ActivatorUtilities.CreateInstance<SockJsSessions>(services, runner, options);
        var webSockets = ActivatorUtilities.CreateInstance<WebSocketEndpoint>(services, guard, runner, options);
        app.MapSockJs(path, webSockets, ActivatorUtilities.CreateInstance<SockJsEndpoint>(services, guard, sessions, webSockets, options));
    }

    private static SockJsOptions Derive(SockJsOptions settings, bool isWebSocketEnabled = true, bool hasSessionCookie = false) => new()
    {
        ClientUrl = settings.ClientUrl,
        HeartbeatInterval = settings.HeartbeatInterval,
        DisconnectDelay = settings.DisconnectDelay,
        MessageBytes = settings.MessageBytes,
        StreamingBytes = StreamingBytes,
        WebSocketEnabled = isWebSocketEnabled,
        SessionCookie = hasSessionCookie,
        MessageEnd = [MessageEnd],
    };

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "SockJs:TestServices is on: /echo, /disabled_websocket_echo, /cookie_needed_echo and /close answer anybody")]
    private static partial void TestServicesAreOpen(ILogger logger);
}
