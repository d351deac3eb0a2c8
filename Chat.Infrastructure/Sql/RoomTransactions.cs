using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Infrastructure.Sql;

/// <summary>Runs a change of a room: one transaction under the room's lock. What happened is announced behind its commit.</summary>
internal sealed class RoomTransactions(SqlDatabase database, OutboxRelay relay, NodeId node, TimeProvider time)
{
    /// <param name="room">Which room. One that does not exist is <see cref="Refusal.NotMember"/>.</param>
    /// <param name="change">Reads, decides, and writes only when it does not refuse; may be called again.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Outcome<T>> RunAsync<T>(RoomId room, Func<RoomLog, DateTimeOffset, Task<Outcome<T>>> change, CancellationToken cancellationToken)
    {
        var (outcome, run) = await database.WriteAsync<(Outcome<T> Outcome, CommittedRun? Run)>(
            async transaction =>
            {
                if (await RoomLog.OpenAsync(transaction, database.Dialect, room) is not { } log) return (Refusal.NotMember, null);
                var now = Columns.Time(Columns.Of(time.GetUtcNow()));
                var outcome = await change(log, now);
                return (outcome, await log.WriteAsync(node, now));
            },
            cancellationToken);
        if (run is not null) relay.Announce(run);
        return outcome;
    }

    /// <summary>The same for a change that needs no more than leave, and answers with nothing.</summary>
    public async ValueTask<Refusal?> RunAsync(
        RoomId room, UserId actor, UserId? other, Func<RoomFacts, Refusal?> admit, Func<RoomLog, DateTimeOffset, Task> change, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync<bool>(
            room,
            async (log, now) =>
            {
                if (admit(await log.ReadFactsAsync(actor, other, now)) is { } refusal) return refusal;
                await change(log, now);
                return true;
            },
            cancellationToken);
        return outcome.Refusal;
    }
}
