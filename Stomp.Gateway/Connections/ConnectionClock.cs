using System.Collections.Concurrent;

namespace Stomp.Gateway.Connections;

/// <summary>
/// One clock for all connections instead of timers of their own: heart-beats due, clients gone silent, tokens that end, writes that do not. A quarter of a second
/// is fine enough for intervals of a second and more, and a round over ten thousand connections is short.
/// </summary>
internal sealed class ConnectionClock(ILogger<ConnectionClock> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<StompConnection, bool> _connections = [];

    public int Count => _connections.Count;

    public void Add(StompConnection connection) => _connections.TryAdd(connection, true);

    public void Remove(StompConnection connection) => _connections.TryRemove(connection, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (connection, _) in _connections)
            {
                try
                {
                    connection.OnTick();
                }
                catch (Exception e)
                {
                    // One connection's trouble must not stop the clock of the others.
                    ConnectionLog.TickFailed(logger, connection.SessionId, e);
                }
            }
        }
    }
}
