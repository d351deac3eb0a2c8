using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Delivery;

/// <summary>A subscription that is in effect until it is disposed.</summary>
internal interface ISubscription : IAsyncDisposable
{
    /// <summary>Whether it gave its one answer already and nothing more will come, as with <c>/app</c> destinations in Spring.</summary>
    bool IsOver => false;

    /// <summary>Whether its messages are to be acknowledged where the client asked for that; what belongs to a room needs none, it can be replayed.</summary>
    bool ExpectsAcks => false;

    /// <summary>Ends it because the client says so; the frame may say more.</summary>
    ValueTask UnsubscribeAsync(Frame frame) => DisposeAsync();
}
