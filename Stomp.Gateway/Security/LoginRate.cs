using System.Net;
using System.Threading.RateLimiting;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>
/// How often one address may fail to log in: as often as it may connect by <c>Limits:ConnectsPerMinute</c>. Log-ins that succeed do not count, so that a relay
/// which opens a connection for each of its users is not held back.
/// </summary>
internal sealed class LoginRate(LimitsOptions limits) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>A window that slides in sixths: who was refused can come again after ten seconds.</summary>
    private const int Segments = 6;

    private readonly PartitionedRateLimiter<IPAddress> _failures = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetSlidingWindowLimiter(address, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = Math.Max(1, limits.ConnectsPerMinute),
            Window = Window,
            SegmentsPerWindow = Segments,
            QueueLimit = 0,
        }));

    /// <summary>Whether the address may try now.</summary>
    public bool MayTry(IPAddress? address)
    {
        if (limits.ConnectsPerMinute == 0 || address is null) return true;
        using var lease = _failures.AttemptAcquire(address, permitCount: 0);
        return lease.IsAcquired;
    }

    public void NoteFailure(IPAddress? address)
    {
        if (limits.ConnectsPerMinute == 0 || address is null) return;
        _failures.AttemptAcquire(address).Dispose();
    }

    public void Dispose() => _failures.Dispose();
}
