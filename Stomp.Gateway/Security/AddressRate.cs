using System.Net;
using System.Threading.RateLimiting;

namespace Stomp.Gateway.Security;

/// <summary>How often something may come from one address in a minute. An address from which nothing has come for a while takes no memory.</summary>
/// <param name="perMinute">0 for no limit.</param>
internal sealed class AddressRate(int perMinute) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>A window that slides in sixths: who was refused can come again after ten seconds.</summary>
    private const int Segments = 6;

    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetSlidingWindowLimiter(address, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = Math.Max(1, perMinute),
            Window = Window,
            SegmentsPerWindow = Segments,
            QueueLimit = 0,
        }));

    /// <summary>When somebody who was refused may come again.</summary>
    public static TimeSpan RetryAfter => Window / Segments;

    /// <summary>Counts one; false when that is one too many. Where a transport has no address nothing is counted.</summary>
    public bool TryTake(IPAddress? address) => TryTake(address, permits: 1);

    /// <summary>Whether one more may come, without counting it.</summary>
    public bool HasRoom(IPAddress? address) => TryTake(address, permits: 0);

    public void Dispose() => _limiter.Dispose();

    private bool TryTake(IPAddress? address, int permits)
    {
        if (perMinute == 0 || address is null) return true;
        using var lease = _limiter.AttemptAcquire(address, permits);
        return lease.IsAcquired;
    }
}
