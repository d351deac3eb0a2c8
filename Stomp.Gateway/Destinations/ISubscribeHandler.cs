using Chat.Domain.Outcomes;
using Stomp.Gateway.Delivery;

namespace Stomp.Gateway.Destinations;

/// <summary>One destination that clients can SUBSCRIBE to.</summary>
internal interface ISubscribeHandler
{
    /// <summary>The destination's segments; <c>*</c> stands for the one that varies.</summary>
    IReadOnlyList<string> Pattern { get; }

    /// <summary>Begins the subscription. When this returns it is in effect.</summary>
    ValueTask<Outcome<ISubscription>> SubscribeAsync(IClientSession session, SubscribeRequest request, CancellationToken cancellationToken);
}

/// <summary>A SUBSCRIBE to a destination that was found.</summary>
/// <param name="Variable">The segment that varies.</param>
/// <param name="Head">What each MESSAGE of this subscription begins with.</param>
/// <param name="Since">The header <c>since</c>, as it came.</param>
/// <param name="Epoch">The header <c>epoch</c>, as it came.</param>
internal sealed record SubscribeRequest(string? Variable, ReadOnlyMemory<byte> Head, string? Since, string? Epoch);
