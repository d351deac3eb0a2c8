namespace Stomp.Gateway.Delivery;

/// <summary>Somebody on this node who hears a room's events.</summary>
internal interface IRoomListener
{
    /// <summary>
    /// The next event of the room. Called under the feed's lock, in the order of the numbers, and must neither wait nor call back into the feed.
    /// </summary>
    void OnEvent(FeedEvent next);
}
