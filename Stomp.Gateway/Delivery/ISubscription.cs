namespace Stomp.Gateway.Delivery;

/// <summary>A subscription that is in effect until it is disposed.</summary>
internal interface ISubscription : IAsyncDisposable
{
    /// <summary>Whether it gave its one answer already and nothing more will come, as with <c>/app</c> destinations in Spring.</summary>
    bool IsOver => false;
}
