using System.Net;

namespace Stomp.Gateway.Security;

/// <summary>How often something may come from one address in a minute.</summary>
/// <param name="perMinute">0 for no limit.</param>
/// <param name="time">Tells the minutes.</param>
internal sealed class AddressRate(int perMinute, TimeProvider time)
{
    private const int Segments = 6;

    /// <summary>Addresses that are counted.</summary>
    private const int Most = 100_000;

    private readonly SlidingCounts<IPAddress> _counts = new(perMinute, TimeSpan.FromMinutes(1), Segments, Most, time);

    /// <summary>Counts one; false when that is one too many. Where a transport has no address nothing is counted.</summary>
    public bool TryTake(IPAddress? address) => perMinute == 0 || address is null || _counts.TryTake(address);

    /// <summary>Whether one more may come, without counting it.</summary>
    public bool HasRoom(IPAddress? address) => perMinute == 0 || address is null || !_counts.IsFull(address);

    /// <summary>How long somebody who was refused has to wait.</summary>
    public TimeSpan RetryAfter(IPAddress? address) => perMinute == 0 || address is null ? TimeSpan.Zero : _counts.TimeUntilRoom(address);
}
