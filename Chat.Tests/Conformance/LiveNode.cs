using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Presence;
using Chat.Domain.Sessions;
using Chat.Domain.Users;
using Chat.Infrastructure;
using Chat.Infrastructure.Sql;
using Chat.Infrastructure.Sql.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Chat.Tests.Conformance;

/// <summary>What one gateway keeps that is shared and passing, put together as the gateway does it.</summary>
internal sealed class LiveNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="redis">As <c>Redis:ConnectionString</c> has it; null: in process.</param>
    public LiveNode(string? redis)
    {
        var settings = new Dictionary<string, string?> { ["Redis:ConnectionString"] = redis };
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Id)
            // Never opened: whose rooms are whose is nothing that these tests ask.
            .AddSingleton(_ => new SqlDatabase(new SqliteDialect("Data Source=:memory:")))
            .AddLive(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
    }

    public NodeId Id { get; } = new($"test-{Guid.NewGuid():N}");

    public ISessionStore Sessions => _services.GetRequiredService<ISessionStore>();

    public IPresenceStore Presence => _services.GetRequiredService<IPresenceStore>();

    public IRecentMessages Recent => _services.GetRequiredService<IRecentMessages>();

    public IRevocationStore Revocations => _services.GetRequiredService<IRevocationStore>();

    public Session NewSession(UserId user, PresenceState state = PresenceState.Online) =>
        new(Guid.NewGuid().ToString("N"), user, Id, DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            State = state,
            Address = "192.0.2.7",
            Client = "a browser; 한국어",
            Transport = "websocket",
            Version = "1.2",
        };

    public async Task<IReadOnlyList<PresenceChange>> EnterAsync(params Session[] sessions) =>
        await Sessions.SaveAsync([.. sessions.Select(session => new SessionChange(session, Ended: false))], CancellationToken.None);

    public async Task<IReadOnlyList<PresenceChange>> EndAsync(params Session[] sessions) =>
        await Sessions.SaveAsync([.. sessions.Select(session => new SessionChange(session, Ended: true))], CancellationToken.None);

    public async Task<LeaseRenewal> RenewAsync() => await Sessions.RenewAsync(CancellationToken.None);

    public async Task<UserPresence> PresenceOfAsync(UserId user) => (await Presence.FindAsync([user], CancellationToken.None))[user];

    /// <summary>Gives what takes part in it the events of a commit.</summary>
    public void Commit(params RoomEvent[] events)
    {
        foreach (var observer in _services.GetServices<ICommitObserver>()) observer.OnCommitted(events);
    }

    /// <summary>Begins to work off what was committed.</summary>
    public async Task StartAsync()
    {
        foreach (var service in _services.GetServices<Microsoft.Extensions.Hosting.IHostedService>()) await service.StartAsync(CancellationToken.None);
    }

    public async Task<HealthReportEntry> CheckHealthAsync() => (await _services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["redis"];

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
