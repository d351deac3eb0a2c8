using System.Net;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>
/// How often one address may fail to log in: as often as it may connect by <c>Limits:ConnectsPerMinute</c>. Log-ins that succeed do not count, so that a relay
/// which opens a connection for each of its users is not held back.
/// </summary>
internal sealed class LoginRate(LimitsOptions limits, TimeProvider time)
{
    private readonly AddressRate _failures = new(limits.ConnectsPerMinute, time);

    /// <summary>Whether the address may try now.</summary>
    public bool MayTry(IPAddress? address) => _failures.HasRoom(address);

    public void NoteFailure(IPAddress? address) => _failures.TryTake(address);
}
