using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>
/// The SockJS sessions of this node, found by the name that their client made up, and the connections that run on them: they outlive the
/// requests, so that they are waited for when the server stops.
/// </summary>
internal sealed partial class SockJsSessions(
    IConnectionRunner runner,
    SockJsSweeper sweeper,
    SockJsLosses losses,
    IHostApplicationLifetime lifetime,
    IOptions<SockJsOptions> options,
    ILogger<SockJsSessions> logger,
    TimeProvider time) : IHostedService
{
    private readonly ConcurrentDictionary<string, SockJsSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<SockJsSession, TaskCompletionSource> _connections = new();

    public SockJsSession? Find(string id) => _sessions.GetValueOrDefault(id);

    /// <summary>The session with this name; opened when there is none.</summary>
    public SockJsSession GetOrOpen(string id, string transport, ClientOrigin origin)
    {
        var opened = new SockJsSession(transport, origin, losses, options, time) { Ended = session => Forget(id, session) };
        var session = _sessions.GetOrAdd(id, opened);
        if (ReferenceEquals(session, opened))
        {
            sweeper.Add(session);
            var ended = _connections[session] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = Task.Run(() => RunAsync(session, ended));
        }
        return session;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Each connection hears by itself that the server stops; here it is waited for.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_connections.Values.Select(ended => ended.Task)).WaitAsync(cancellationToken);

    private async Task RunAsync(SockJsSession session, TaskCompletionSource ended)
    {
        try
        {
            await runner.RunAsync(session, session.Origin, lifetime.ApplicationStopping);
        }
        catch (Exception exception)
        {
            ConnectionFailed(exception);
            session.Abort();
        }
        finally
        {
            _connections.TryRemove(session, out _);
            ended.SetResult();
        }
    }

    private void Forget(string id, SockJsSession session)
    {
        _sessions.TryRemove(KeyValuePair.Create(id, session));
        sweeper.Remove(session);
    }
}
