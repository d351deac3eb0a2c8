using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Events;

/// <summary>Carries what happened to every node that has somebody who listens.</summary>
/// <remarks>
/// <para>The bus promises little, so that any broker can serve: an event may come late, twice, out of order, or, when the broker fails, not at all.
/// The number in the room is the order, and what is missing is read from the store; that is the receiver's work. What the bus does promise:
/// once <see cref="PublishAsync"/> has returned, the broker has the events, and every node that listened before the call gets them unless broker or
/// connection fail; and after a failure <see cref="IEventReceiver.OnInterrupted"/> is called before anything that came later is handed on.</para>
/// <para>A node hears its own events by the same way as those of others.</para>
/// <para>To listen and to stop listening take effect in the order in which they are called: a call has its place when it returns its task, and may be followed by the
/// next before that is done.</para>
/// </remarks>
public interface IEventBus
{
    /// <summary>
    /// Whether anybody outside of this process hears it. Where nobody does, events that are committed but not announced when the process ends are owed to nobody:
    /// whoever listened is gone with it, and comes back by the room's numbers.
    /// </summary>
    bool IsShared { get; }

    /// <summary>Connects and names the receiver; called once, before anything else. Returns when the bus is there, or has begun to try.</summary>
    Task StartAsync(IEventReceiver receiver, CancellationToken cancellationToken);

    /// <summary>
    /// Announces events, in order. A member event is also announced to the nodes that listen for that user. Returns when the broker has confirmed all of them.
    /// </summary>
    /// <exception cref="BusUnavailableException">Not confirmed; some may have been carried nevertheless. Announcing again is harmless.</exception>
    Task PublishAsync(IReadOnlyList<PublishedEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Passes a signal on to the nodes that listen for its user, or to its room's signals, or to all. Best effort: it is dropped, and counted, when the broker is
    /// away.
    /// </summary>
    void Signal(Signal signal);

    /// <summary>
    /// From when this returns, the room's events reach the receiver. Idempotent. When the broker is away it returns all the same; the interruption will be told,
    /// and the room is listened to as soon as the broker is back. Who breaks off the waiting has to stop listening too.
    /// </summary>
    ValueTask ListenAsync(RoomId room, CancellationToken cancellationToken);

    /// <summary>Nobody on this node listens to the room any more. Events may still come for a moment.</summary>
    ValueTask StopListeningAsync(RoomId room, CancellationToken cancellationToken);

    /// <summary>From when this returns, the user's signals and the member events that concern the user reach the receiver. Otherwise as for a room.</summary>
    ValueTask ListenAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>Nobody on this node listens for the user any more.</summary>
    ValueTask StopListeningAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>From when this returns, the room's signals reach the receiver; its events do not, for that alone. Otherwise as for a room.</summary>
    ValueTask ListenToSignalsAsync(RoomId room, CancellationToken cancellationToken);

    /// <summary>Nobody on this node listens to the room's signals any more.</summary>
    ValueTask StopListeningToSignalsAsync(RoomId room, CancellationToken cancellationToken);
}

/// <summary>What hears the bus on a node. Calls come one at a time and must not block.</summary>
public interface IEventReceiver
{
    /// <summary>An event of a room that is listened to, or a member event of a user who is; the same one may come more than once.</summary>
    void OnEvent(PublishedEvent published);

    void OnSignal(Signal signal);

    /// <summary>Events may have been lost: the receiver compares what it has delivered with the store.</summary>
    void OnInterrupted();

    /// <summary>Several of the above come at once: they are called within <paramref name="handOn"/>, and what they bring to clients may be put together until it returns.</summary>
    void OnBurst(Action handOn) => handOn();
}

/// <summary>The bus could not confirm that it carries something.</summary>
public sealed class BusUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
