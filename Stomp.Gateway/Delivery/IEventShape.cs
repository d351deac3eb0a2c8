using Chat.Domain.Events;

namespace Stomp.Gateway.Delivery;

/// <summary>Another form of a room's events, for clients that expect another. Told apart by reference: who shares one shares what it made.</summary>
internal interface IEventShape
{
    /// <summary>The event's body in this form; null when it is not shown. Called under a feed's lock: must not wait, and throws nothing.</summary>
    ReadOnlyMemory<byte>? Reshape(PublishedEvent published);
}
