using Chat.Domain.Brokering;
using Chat.Domain.Events;
using Chat.Domain.Sessions;
using Chat.Domain.Users;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Options;
using Stomp.Gateway.Security;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

/// <summary>What every connection needs and none owns.</summary>
internal sealed record ConnectionServices(
    DestinationRouter Router,
    ITokenVerifier Verifier,
    ServiceAccounts Accounts,
    LoginRate Logins,
    IUserStore Users,
    IBroker Broker,
    SessionRegistry Sessions,
    Revocations Revocations,
    ConnectionClock Clock,
    LimitsOptions Limits,
    StompOptions Stomp,
    AuthOptions Auth,
    NodeId Node,
    TimeProvider Time,
    ILogger<StompConnection> Logger)
{
    /// <summary>What every CONNECTED says of how often we can send, and want to hear something (STOMP 1.2, Heart-beating).</summary>
    public string HeartbeatHeader { get; } = $"{Stomp.HeartbeatSend.TotalMilliseconds:0},{Stomp.HeartbeatReceive.TotalMilliseconds:0}";
}

/// <summary>Takes living clients from the transports.</summary>
internal sealed class StompConnectionRunner(ConnectionServices services) : IConnectionRunner
{
    public Task RunAsync(ITransport transport, ClientOrigin origin, CancellationToken serverStopping) =>
        new StompConnection(transport, origin, services).RunAsync(serverStopping);
}
