using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Dapper;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Destroys messages whose time is over. Every node looks at what is due next, twice a second, which is one read of a narrow index; a message that is due in
/// between is waited for to the millisecond. Whichever node comes first does it, under the room's lock: the others find nothing left.
/// </summary>
internal sealed partial class ExpirySweeper(SqlDatabase database, OutboxRelay relay, Burns burns, NodeId node, TimeProvider time, ILogger<ExpirySweeper> logger)
    : DueWork(LookEvery, time)
{
    /// <summary>Nobody may ask for less than a second, so a message is seen before it is due, and is gone well within a second of its time.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A burn starts right behind the reader who makes it so. What that one did not live to do, or who read by posting, or left as the last who had not read, is
    /// found here.
    /// </summary>
    private static readonly TimeSpan LookAtBurnsEvery = TimeSpan.FromSeconds(5);

    /// <summary>Messages taken up by one look; when there are more, the next look follows at once.</summary>
    private const int MostDue = 100;

    /// <summary>Messages that wait to be read, and are looked at in one go.</summary>
    private const int MostBurns = 200;

    /// <summary>How long until the next go while there are more of them. What is due is looked at in between.</summary>
    private static readonly TimeSpan BetweenBurns = TimeSpan.FromMilliseconds(50);

    private string _lastBurn = "";
    private long _burnsLookedAt = time.GetTimestamp();

    protected override void LogFailure(Exception exception) => Log.Failed(logger, exception);

    protected override async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        var pause = await ExpireAsync(cancellationToken);
        if (_lastBurn.Length == 0 && Time.GetElapsedTime(_burnsLookedAt) < LookAtBurnsEvery) return pause;
        _lastBurn = await burns.StartNextAsync(_lastBurn, MostBurns, cancellationToken);
        _burnsLookedAt = Time.GetTimestamp();
        return _lastBurn.Length == 0 || pause < BetweenBurns ? pause : BetweenBurns;
    }

    /// <summary>Destroys what is due, and tells when to look again.</summary>
    private async Task<TimeSpan> ExpireAsync(CancellationToken cancellationToken)
    {
        var now = Columns.Of(Time.GetUtcNow());
        var soon = await database.ReadAsync(
            async connection => (await connection.QueryAsync<DueRow>(
                "select room_id as RoomId, expires_at as ExpiresAt from expiries where expires_at <= @Soon order by expires_at limit @MostDue",
                new { Soon = now + (long)LookEvery.TotalMilliseconds, MostDue })).ToList(),
            cancellationToken);
        var due = soon.Where(row => row.ExpiresAt <= now).ToList();
        var rooms = due.Select(row => row.RoomId).Distinct(StringComparer.Ordinal).ToArray();
        // Gateways that come at the same moment do not all begin with the same room.
        Random.Shared.Shuffle(rooms);
        var allWell = true;
        foreach (var room in rooms) allWell &= await TryExpireAsync(RoomId.Parse(room), now, cancellationToken);
        if (!allWell) return LookEvery;
        if (due.Count == MostDue) return TimeSpan.Zero;
        var next = soon.Count > due.Count ? soon[due.Count].ExpiresAt : long.MaxValue;
        var until = Math.Min(next - Columns.Of(Time.GetUtcNow()), (long)LookEvery.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Max(0, until));
    }

    /// <summary>One room in which something is wrong does not keep the messages of others alive.</summary>
    private async Task<bool> TryExpireAsync(RoomId room, long now, CancellationToken cancellationToken)
    {
        try
        {
            await ExpireAsync(room, now, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not StoreUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            Log.RoomFailed(logger, room, e);
            return false;
        }
    }

    private async Task ExpireAsync(RoomId room, long now, CancellationToken cancellationToken)
    {
        var run = await database.WriteAsync(
            async transaction =>
            {
                if (await RoomLog.OpenAsync(transaction, database.Dialect, room) is not { } log) return null;
                var due = await MessageRows.ReadAsync(
                    transaction.Connection!,
                    """
                    join expiries x on x.room_id = g.room_id and x.seq = g.seq
                    where x.room_id = @Room and x.expires_at <= @Now order by x.expires_at, g.seq limit @MostDue
                    """,
                    new { Room = room.Value, Now = now, MostDue },
                    transaction);
                var at = Columns.Time(Columns.Of(Time.GetUtcNow()));
                await MessageWriter.ExpireAsync(log, due, at);
                return await log.WriteAsync(node, at);
            },
            cancellationToken);
        if (run is not null) relay.Announce(run);
    }

    private sealed class DueRow
    {
        public string RoomId { get; init; } = "";
        public long ExpiresAt { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(4030, LogLevel.Warning, "What is due to be destroyed cannot be read now; trying again twice a second")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(4031, LogLevel.Error, "Room {RoomId}: messages whose time is over could not be destroyed; trying again")]
        public static partial void RoomFailed(ILogger logger, RoomId roomId, Exception exception);
    }
}
