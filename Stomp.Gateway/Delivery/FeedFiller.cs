using System.Collections.Concurrent;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Messages;

namespace Stomp.Gateway.Delivery;

/// <summary>
/// Fetches from the store what the bus did not bring. One errand per feed at a time: wait the grace time in which a late event may still come by itself,
/// then read page after page until the feed has caught up with what is known to exist.
/// </summary>
internal sealed partial class FeedFiller(IMessageStore messages, IEventEncoder encoder, TimeProvider time, ILogger<FeedFiller> logger) : IDisposable
{
    /// <summary>Two nodes' events cross on the way by a few milliseconds; only what takes longer is worth a read.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private const int PageSize = 256;

    /// <summary>The feeds that have an errand running; bounded by the number of feeds.</summary>
    private readonly ConcurrentDictionary<RoomFeed, bool> _errands = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Sees to it that the feed catches up. Returns at once.</summary>
    public void Fill(RoomFeed feed)
    {
        if (!_stopping.IsCancellationRequested && _errands.TryAdd(feed, true)) _ = RunErrandAsync(feed, _stopping.Token);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunErrandAsync(RoomFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Grace, time, cancellationToken);
            while (feed.IsBehind) await FillOnceAsync(feed, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.ErrandAbandoned(logger, feed.RoomId);
        }
        catch (Exception e)
        {
            // Not begun again by itself, so that what always fails does not go round in a circle: the audit comes every few seconds.
            Log.ErrandFailed(logger, feed.RoomId, e);
            return;
        }
        finally
        {
            _errands.TryRemove(feed, out _);
        }
        // An event that came between the last look and the removal found this errand still noted.
        if (feed.IsBehind) Fill(feed);
    }

    private async Task FillOnceAsync(RoomFeed feed, CancellationToken cancellationToken)
    {
        try
        {
            var page = await messages.ReadEventsAsync(feed.RoomId, feed.Position, PageSize, cancellationToken);
            foreach (var roomEvent in page) feed.Offer(encoder.Encode(roomEvent));
            if (page.Count > 0)
            {
                Log.Filled(logger, feed.RoomId, page.Count, feed.Position);
                return;
            }
        }
        catch (StoreUnavailableException e)
        {
            Log.StoreUnavailable(logger, feed.RoomId, e);
        }
        await Task.Delay(RetryDelay, time, cancellationToken);
    }
}
