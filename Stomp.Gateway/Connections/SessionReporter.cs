using Chat.Domain;
using Chat.Domain.Presence;
using Chat.Domain.Sessions;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Connections;

/// <summary>
/// Tells the other nodes which sessions this one has, once a second at the most, and those who look whose presence changed by that. While what is shared cannot be
/// reached, what is to be told waits; when it has forgotten this node, everything is told anew.
/// </summary>
internal sealed partial class SessionReporter(
    SessionRegistry registry, ISessionStore store, AnnouncePresence announce, PresenceOptions options, TimeProvider time, ILogger<SessionReporter> logger) : BackgroundService
{
    /// <summary>Between half of this and all of it passes between two reports, so that nodes and their clients do not all speak at one moment.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);

    /// <summary>An end is told so much later: a page that is loaded anew is back by then, and its user was never gone.</summary>
    private static readonly TimeSpan EndsAfter = TimeSpan.FromSeconds(2);

    /// <summary>Changes of presence that could not be told and are kept, the last of them. Of the others everybody hears by the next change.</summary>
    private const int MostUntold = 10_000;

    private List<(Session Session, long EndedAt)> _ending = [];
    private IReadOnlyCollection<PresenceChange> _untold = [];
    private bool _beginsAnew;
    private bool _hasLease;

    /// <summary>From the taking out of all that this node had entered until it enters something.</summary>
    private bool _hasNothingEntered;
    private long _renewedAt;

    /// <summary>
    /// How many that ended may wait to be told. They gather while what is shared cannot be reached; with more, all that this node has entered is taken out at once,
    /// and those that are there are entered anew. A crowded node may lose as many within the seconds that an end waits anyway.
    /// </summary>
    public int MostEnding { get; init; } = 20_000;

    /// <summary>
    /// Before anybody connects this node has its lease, if it can be had; and what an earlier process of its name left behind, whose lease may not be over, is taken out.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _beginsAnew = true;
        await RunAsync(BeginAnewAsync, cancellationToken);
        await RunAsync(RenewAsync, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await RunAsync(async token => await TellAsync(await store.LeaveAsync(token), token), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested) await RunAsync(ReportAsync, stoppingToken);
        }
    }

    private async Task RunAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        try
        {
            await step(cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            // Whatever is shared may have forgotten this node meanwhile.
            _hasLease = false;
            Log.NotReported(logger, e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, e);
        }
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        AddEnded(registry.TakeEnded());
        if (_beginsAnew) await BeginAnewAsync(cancellationToken);
        if (!_hasLease || time.GetElapsedTime(_renewedAt) > RenewEvery) await RenewAsync(cancellationToken);

        var changed = registry.TakeChanged();
        var ended = _ending.TakeWhile(each => time.GetElapsedTime(each.EndedAt) > EndsAfter).Select(each => each.Session).ToList();
        List<SessionChange> changes =
        [
            .. changed.Select(connection => new SessionChange(connection.Describe(), Ended: false)),
            .. ended.Select(session => new SessionChange(session, Ended: true)),
        ];
        if (changes.Count == 0)
        {
            if (_untold.Count > 0) await TellAsync([], cancellationToken);
            return;
        }
        IReadOnlyList<PresenceChange> present;
        try
        {
            present = await store.SaveAsync(changes, cancellationToken);
        }
        catch
        {
            foreach (var connection in changed) registry.Note(connection);
            throw;
        }
        _ending.RemoveRange(0, ended.Count);
        await TellAsync(present, cancellationToken);
    }

    /// <summary>Tells who looks at those users. What cannot be told now, as nobody knows where they are, is told with what comes next; for what is shared has it already.</summary>
    private async Task TellAsync(IReadOnlyCollection<PresenceChange> changes, CancellationToken cancellationToken)
    {
        _untold = [.. _untold.Concat(changes).TakeLast(MostUntold)];
        await announce.ExecuteAsync(_untold, cancellationToken);
        _untold = [];
    }

    private void AddEnded(IReadOnlyCollection<Session> over)
    {
        if (!_beginsAnew && _ending.Count + over.Count <= MostEnding)
        {
            _ending.AddRange(over.Select(session => (session, time.GetTimestamp())));
            return;
        }
        if (!_beginsAnew) Log.BeginsAnew(logger, MostEnding);
        (_beginsAnew, _ending) = (true, []);
    }

    /// <summary>Takes out all that this node has entered. The renewal behind it finds no lease then, and has everything entered that is there.</summary>
    private async Task BeginAnewAsync(CancellationToken cancellationToken)
    {
        var gone = await store.LeaveAsync(cancellationToken);
        (_beginsAnew, _hasLease, _hasNothingEntered) = (false, false, true);
        var here = registry.All().Select(connection => connection.UserId).ToHashSet();
        await TellAsync([.. gone.Where(change => !here.Contains(change.UserId))], cancellationToken);
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var renewal = await store.RenewAsync(cancellationToken);
        if (renewal.WasLost && !_hasNothingEntered)
        {
            // What is shared may be older than it was, as a Redis is that has lost its last seconds: sessions that have ended since may be in it again.
            await BeginAnewAsync(cancellationToken);
            await TellAsync(renewal.Changes, cancellationToken);
            renewal = await store.RenewAsync(cancellationToken);
        }
        (_hasLease, _hasNothingEntered, _renewedAt) = (true, false, time.GetTimestamp());
        foreach (var connection in registry.All())
        {
            connection.WatchIdleness(options.AwayAfter);
            if (renewal.WasLost) registry.Note(connection);
        }
        await TellAsync(renewal.Changes, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(2040, LogLevel.Debug, "Which sessions there are cannot be told now; trying again")]
        public static partial void NotReported(ILogger logger, Exception exception);

        [LoggerMessage(2041, LogLevel.Error, "Telling which sessions there are failed; trying again")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2042, LogLevel.Warning, "More than {Most} sessions ended that could not be told; all sessions of this node are entered anew")]
        public static partial void BeginsAnew(ILogger logger, int most);
    }
}
