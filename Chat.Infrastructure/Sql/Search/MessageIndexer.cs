using System.Diagnostics;
using Chat.Domain;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Sql.Search;

/// <summary>
/// Leads the index behind the rooms. Each room's events are walked in the order of their numbers, and how far the walk is stands in the index; so nothing is
/// left out, whichever node dies when. A node walks the rooms in which it has committed something, within a moment of the commit; a sweep, by one node of all,
/// finds what nobody walked: what a dead node left, and everything that is older than the index.
/// </summary>
/// <remarks>Two who walk the same room at once write the same, and a message's older state never takes the place of a newer one.</remarks>
internal sealed partial class MessageIndexer(
    RoomsToIndex rooms, IndexChanges changes, IndexSweep sweep, IMessageIndex index, TimeProvider time, ILogger<MessageIndexer> logger) : BackgroundService
{
    /// <summary>Rooms walked at a time.</summary>
    private const int MostRooms = 50;

    /// <summary>Events walked at a time.</summary>
    private const int MostEvents = 500;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private readonly WalkPace _pace = new(time);
    private bool _isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(WalkLoopAsync(stoppingToken), SweepLoopAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Log.Stopping(logger);
        }
    }

    private async Task WalkLoopAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var some = rooms.Take(MostRooms);
            if (some.Count == 0)
            {
                await rooms.WaitAsync(cancellationToken);
                continue;
            }
            var (began, commits) = (Stopwatch.GetTimestamp(), rooms.Commits);
            var walked = await TryWalkAsync(some, cancellationToken);
            var rest = walked is Walked.Nowhere
                ? RetryAfter
                : _pace.RestAfter(Stopwatch.GetElapsedTime(began), walked is Walked.ToTheEnd, rooms.Commits != commits);
            if (rest > TimeSpan.Zero) await Task.Delay(rest, time, cancellationToken);
        }
    }

    private async Task<Walked> TryWalkAsync(IReadOnlyList<RoomId> some, CancellationToken cancellationToken)
    {
        try
        {
            var walked = await WalkAsync(some, cancellationToken);
            _isFailing = false;
            return walked;
        }
        catch (StoreUnavailableException e)
        {
            if (!_isFailing) Log.Unavailable(logger, e);
            _isFailing = true;
            foreach (var room in some) rooms.Note(room);
            return Walked.Nowhere;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && some.Count > 1)
        {
            // One of them cannot be indexed. The others shall not wait for it.
            Log.TogetherFailed(logger, some.Count, e);
            foreach (var room in some) await TryWalkAsync([room], cancellationToken);
            return Walked.APart;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The sweep comes back to it.
            Log.RoomFailed(logger, some[0], e);
            return Walked.APart;
        }
    }

    private async Task<Walked> WalkAsync(IReadOnlyList<RoomId> some, CancellationToken cancellationToken)
    {
        var walk = await changes.NextAsync(some, MostEvents, cancellationToken);
        if (walk.Strange.Count > 0)
        {
            Log.Strange(logger, walk.Strange.Count);
            await index.ForgetAsync(walk.Strange, cancellationToken);
        }
        if (walk.Steps.Count > 0) await index.ApplyAsync(await changes.ReadAsync(walk.Steps, cancellationToken), walk.Steps, cancellationToken);
        foreach (var room in walk.Unfinished) rooms.Note(room);
        return walk.Unfinished.Count == 0 && some.Count < MostRooms ? Walked.ToTheEnd : Walked.APart;
    }

    private async Task SweepLoopAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SweepEvery, time);
        do
        {
            try
            {
                foreach (var room in await sweep.NextAsync(cancellationToken)) rooms.Note(room);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.SweepFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>How far a walk came.</summary>
    private enum Walked
    {
        /// <summary>All that was noted is indexed.</summary>
        ToTheEnd,

        /// <summary>There is more to do.</summary>
        APart,

        /// <summary>The index or the database was away.</summary>
        Nowhere,
    }

    private static partial class Log
    {
        [LoggerMessage(4040, LogLevel.Warning, "The search index cannot be reached; it is led on when it is back")]
        public static partial void Unavailable(ILogger logger, Exception exception);

        [LoggerMessage(4041, LogLevel.Warning, "{Count} rooms could not be indexed together; they are indexed one by one")]
        public static partial void TogetherFailed(ILogger logger, int count, Exception exception);

        [LoggerMessage(4042, LogLevel.Error, "Room {RoomId} could not be indexed; trying again with the next sweep")]
        public static partial void RoomFailed(ILogger logger, RoomId roomId, Exception exception);

        [LoggerMessage(4043, LogLevel.Warning, "Rooms that are not indexed cannot be looked for now; trying again")]
        public static partial void SweepFailed(ILogger logger, Exception exception);

        [LoggerMessage(4044, LogLevel.Debug, "The indexer stops; what it has not done is left for another node or the next start")]
        public static partial void Stopping(ILogger logger);

        [LoggerMessage(4045, LogLevel.Warning, "The search index was of another history in {Count} rooms, as it is when a database is put back; they are indexed anew")]
        public static partial void Strange(ILogger logger, int count);
    }
}
