using System.Threading.Channels;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Users;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Redis;

/// <summary>Brings what is kept in Redis up to date with what was committed. What it misses while Redis is away fits no head afterwards, or ends by its age.</summary>
internal sealed partial class RedisFollower(RedisRecentMessages recent, RedisUserRooms rooms, ILogger<RedisFollower> logger) : BackgroundService, ICommitObserver
{
    /// <summary>Groups of events that may wait. One more is let go: its room is read from the store then.</summary>
    private const int MostWaiting = 4_096;

    /// <summary>Groups that are under way at a time. Those of one room are never among them together: their order matters.</summary>
    private const int MostAtOnce = 32;

    private readonly Channel<IReadOnlyList<RoomEvent>> _waiting =
        Channel.CreateBounded<IReadOnlyList<RoomEvent>>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    /// <summary>Users whose rooms changed while Redis was away; forgotten there when it is back.</summary>
    private readonly HashSet<UserId> _owed = [];
    private const int MostOwed = 10_000;

    public void OnCommitted(IReadOnlyList<RoomEvent> events) => _waiting.Writer.TryWrite(events);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var batch = new List<IReadOnlyList<RoomEvent>>();
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < MostAtOnce && _waiting.Reader.TryRead(out var events)) batch.Add(events);
                await ApplyAsync(batch, stoppingToken);
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    private async Task ApplyAsync(List<IReadOnlyList<RoomEvent>> batch, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var joined in batch.SelectMany(events => events).Where(each => each is MemberJoined or MemberLeft or MemberRemoved).OfType<MemberEvent>())
            {
                if (_owed.Count < MostOwed) _owed.Add(joined.Member.Profile.Id);
            }
            if (_owed.Count > 0) await rooms.ForgetAsync(_owed, cancellationToken);
            _owed.Clear();
            await Task.WhenAll(batch.GroupBy(events => events[0].RoomId).Select(ofRoom => ApplyInOrderAsync(ofRoom, cancellationToken)));
        }
        catch (StoreUnavailableException e)
        {
            // The link has logged that it is away.
            LogMissed(batch.Count, e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(batch.Count, e);
        }
    }

    private async Task ApplyInOrderAsync(IEnumerable<IReadOnlyList<RoomEvent>> groups, CancellationToken cancellationToken)
    {
        foreach (var events in groups) await recent.ApplyAsync(events, cancellationToken);
    }

    [LoggerMessage(3111, LogLevel.Debug, "Redis did not take {Count} groups of events; their rooms are read from the database until they are kept anew.")]
    private partial void LogMissed(int count, Exception failure);

    [LoggerMessage(3113, LogLevel.Error, "Redis could not be told of {Count} groups of events; their rooms are read from the database until they are kept anew.")]
    private partial void LogFailed(int count, Exception failure);

    [LoggerMessage(3112, LogLevel.Debug, "Nothing more is kept up to date in Redis: the gateway is stopping.")]
    private partial void LogStopped();
}
