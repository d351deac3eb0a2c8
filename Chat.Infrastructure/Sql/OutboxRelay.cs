using System.Data.Common;
using System.Threading.Channels;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Announces what was committed. Each transaction that takes numbers leaves a row in the outbox; right after the commit its events are given to the bus from
/// memory, and when the bus has confirmed them the row goes. A row that stays, because its node died or its bus was away for too long, is found by the sweep
/// of whichever node comes first, and announced from the store.
/// </summary>
/// <remarks>Twice is possible, and harmless: the receivers know each event by its number. Lost is not.</remarks>
internal sealed partial class OutboxRelay : BackgroundService
{
    /// <summary>
    /// Runs that may wait in memory. One more is left to the sweep, as its row is in the outbox; where there is no row, as there is nobody else to tell, the
    /// audit of the rooms' feeds finds it.
    /// </summary>
    private const int MostWaiting = 10_000;

    /// <summary>The same of the events in them: a run has up to a thousand.</summary>
    private const int MostEventsWaiting = 50_000;

    /// <summary>Events given to the bus at a time.</summary>
    private const int MostEvents = 256;

    /// <summary>Events that wait when the sweep takes up no more: they are announced before their rows look orphaned again, and what is committed meanwhile has most of the room.</summary>
    private const int MostEventsSwept = 4_096;

    /// <summary>Rows claimed at a time; when there are more, the next follow at once.</summary>
    private const int MostSwept = 100;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    /// <summary>How old a row has to be before another node takes it for orphaned. With the sweep's second this keeps within five seconds of a node's death.</summary>
    private static readonly TimeSpan OrphanAge = TimeSpan.FromSeconds(2);

    private readonly Channel<CommittedRun> _waiting = Channel.CreateBounded<CommittedRun>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly SqlDatabase _database;
    private readonly IEventBus _bus;
    private readonly IEventEncoder _encoder;
    private readonly ICommitObserver[] _observers;
    private readonly NodeId _node;
    private readonly TimeProvider _time;
    private readonly ILogger<OutboxRelay> _logger;

    /// <summary>Rows of our own that are older than this are not in our memory: from before the start, or when memory was full.</summary>
    private long _forgottenBefore;
    private int _eventsWaiting;
    private volatile bool _busWasAway;

    public OutboxRelay(
        SqlDatabase database, IEventBus bus, IEventEncoder encoder, IEnumerable<ICommitObserver> observers, NodeId node, TimeProvider time, ILogger<OutboxRelay> logger)
    {
        (_database, _bus, _encoder, _node, _time, _logger) = (database, bus, encoder, node, time, logger);
        _observers = [.. observers];
        _forgottenBefore = Columns.Of(time.GetUtcNow());
        database.WhenUncertain(ForgetWhatIsNoted);
    }

    /// <summary>Whether a group of messages leaves a row in the outbox: without it, what nobody announced before the process ended is not announced.</summary>
    public bool IsNeeded => _bus.IsShared;

    public OutboxLedger Ledger { get; } = new();

    /// <summary>Notes events that are committed. Never waits.</summary>
    public void Announce(CommittedRun run)
    {
        if (Interlocked.Add(ref _eventsWaiting, run.Events.Count) <= MostEventsWaiting && _waiting.Writer.TryWrite(run)) return;
        Interlocked.Add(ref _eventsWaiting, -run.Events.Count);
        ForgetWhatIsNoted();
        Log.LeftToSweep(_logger, run.Events[0].RoomId);
    }

    /// <summary>Leaves all rows of ours that there are by now to the sweep. Those that wait in memory are announced twice then, which is harmless.</summary>
    private void ForgetWhatIsNoted() => Interlocked.Exchange(ref _forgottenBefore, Columns.Of(_time.GetUtcNow()) + 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sweeping = SweepLoopAsync(stoppingToken);
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                var runs = new List<CommittedRun>();
                var events = 0;
                while (events < MostEvents && _waiting.Reader.TryRead(out var run))
                {
                    runs.Add(run);
                    events += run.Events.Count;
                }
                Interlocked.Add(ref _eventsWaiting, -events);
                await AnnounceAsync(runs, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Log.Stopping(_logger, _waiting.Reader.Count);
        }
        await sweeping;
    }

    private async Task AnnounceAsync(IReadOnlyList<CommittedRun> runs, CancellationToken cancellationToken)
    {
        foreach (var observer in _observers)
        {
            foreach (var run in runs) observer.OnCommitted(run.Events);
        }
        var events = Encode(runs);
        for (var delay = 200; ; delay = Math.Min(delay * 2, 2_000))
        {
            try
            {
                await _bus.PublishAsync(events, cancellationToken);
                foreach (var run in runs)
                {
                    if (run.OutboxId is { } id) Ledger.Announced(id);
                }
                if (_busWasAway) Log.BusIsBack(_logger);
                _busWasAway = false;
                return;
            }
            catch (BusUnavailableException e)
            {
                if (!_busWasAway) Log.BusUnavailable(_logger, e);
                _busWasAway = true;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(delay), _time, cancellationToken);
        }
    }

    /// <summary>One event that cannot be written down does not keep all others from being announced, now and after each start.</summary>
    private List<PublishedEvent> Encode(IReadOnlyList<CommittedRun> runs)
    {
        var events = new List<PublishedEvent>();
        foreach (var each in runs.SelectMany(run => run.Events))
        {
            try
            {
                events.Add(_encoder.Encode(each));
            }
            catch (Exception e)
            {
                Log.NotEncoded(_logger, each.RoomId, each.Seq, e);
            }
        }
        return events;
    }

    private async Task SweepLoopAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await SweepAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Log.Stopping(_logger, _waiting.Reader.Count);
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<OutboxRow> claimed;
            do
            {
                await RemoveAnnouncedAsync(cancellationToken);
                claimed = await ClaimOrphansAsync(cancellationToken);
                foreach (var row in claimed) await TryTakeUpAsync(row, cancellationToken);
            }
            while (claimed.Count > 0);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // What was claimed and not taken up is ours and in no memory.
            ForgetWhatIsNoted();
            Log.SweepFailed(_logger, e);
        }
    }

    /// <summary>A row with which something is wrong does not hold up those behind it.</summary>
    private async Task TryTakeUpAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        try
        {
            await TakeUpAsync(row, cancellationToken);
        }
        catch (Exception e) when (e is not StoreUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            ForgetWhatIsNoted();
            Log.NotTakenUp(_logger, row.RoomId, row.FirstSeq, row.LastSeq, e);
        }
    }

    private async Task RemoveAnnouncedAsync(CancellationToken cancellationToken)
    {
        while (Ledger.Take() is { Count: > 0 } ids)
        {
            try
            {
                await _database.WriteAsync(
                    async transaction =>
                    {
                        await using var command = transaction.Connection!.CreateCommand();
                        command.Transaction = transaction;
                        command.CommandText = OutboxLedger.RemovalOf(_database.Dialect);
                        return await command.Set("@announced", OutboxLedger.RowsOf(ids)).ExecuteNonQueryAsync(cancellationToken);
                    },
                    cancellationToken);
            }
            catch
            {
                Ledger.PutBack(ids);
                throw;
            }
        }
    }

    /// <summary>
    /// Makes orphaned rows our own, and young again, so that no other node takes them up meanwhile: as many as are announced soon. None while the bus is away: they
    /// would wait here in place of there, and be another node's orphans before long.
    /// </summary>
    private async Task<IReadOnlyList<OutboxRow>> ClaimOrphansAsync(CancellationToken cancellationToken)
    {
        var room = MostEventsSwept - Volatile.Read(ref _eventsWaiting);
        if (_busWasAway || room <= 0) return [];
        var now = _time.GetUtcNow();
        var facts = new
        {
            Node = _node.Value,
            Now = Columns.Of(now),
            OrphanedBefore = Columns.Of(now - OrphanAge),
            ForgottenBefore = Interlocked.Read(ref _forgottenBefore),
            MostSwept,
        };
        var orphans = await _database.ReadAsync(
            async connection => (await connection.QueryAsync<OutboxRow>(
                """
                select id as Id, node_id as NodeId, room_id as RoomId, first_seq as FirstSeq, last_seq as LastSeq, created_at as CreatedAt from outbox
                where created_at < @OrphanedBefore and (node_id <> @Node or created_at < @ForgottenBefore) order by created_at limit @MostSwept
                """,
                facts)).ToList(),
            cancellationToken);
        var fitting = orphans.TakeWhile(row => (room -= row.Events) >= 0 || row == orphans[0]).ToList();
        return fitting.Count == 0 ? [] : await _database.WriteAsync(transaction => ClaimAsync(transaction, fitting, facts.Node, facts.Now), cancellationToken);
    }

    /// <summary>Those of the rows that no other node was quicker with.</summary>
    private static async Task<IReadOnlyList<OutboxRow>> ClaimAsync(DbTransaction transaction, List<OutboxRow> rows, string node, long now)
    {
        var claimed = new List<OutboxRow>();
        // In one order, so that nodes that claim at one moment do not wait for each other in a circle.
        foreach (var row in rows.OrderBy(row => row.Id, StringComparer.Ordinal))
        {
            var mine = await transaction.Connection!.ExecuteAsync(
                "update outbox set node_id = @Node, created_at = @Now where id = @Id and node_id = @NodeId and created_at = @CreatedAt",
                new { Node = node, Now = now, row.Id, row.NodeId, row.CreatedAt },
                transaction);
            if (mine == 1) claimed.Add(row);
        }
        return [.. claimed.OrderBy(row => row.CreatedAt)];
    }

    private async Task TakeUpAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        var events = await _database.ReadAsync(
            connection => RoomEventReader.ReadAsync(connection, _database.Dialect, RoomId.Parse(row.RoomId), row.FirstSeq - 1, row.LastSeq, int.MaxValue), cancellationToken);
        Log.TakenUp(_logger, row.RoomId, row.FirstSeq, row.LastSeq, row.NodeId);
        if (events.Count == 0) Ledger.Announced(row.Id);
        else
        {
            Interlocked.Add(ref _eventsWaiting, events.Count);
            await _waiting.Writer.WriteAsync(new CommittedRun(row.Id, events), cancellationToken);
        }
    }

    private sealed class OutboxRow
    {
        public string Id { get; init; } = "";
        public string NodeId { get; init; } = "";
        public string RoomId { get; init; } = "";
        public long FirstSeq { get; init; }
        public long LastSeq { get; init; }
        public long CreatedAt { get; init; }

        public int Events => (int)(LastSeq - FirstSeq + 1);
    }
}
