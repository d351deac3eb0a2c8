using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Tests.Delivery;

/// <summary>A bus whose broker has stopped to answer: what is asked for has its place in the order at once, and its answer when <see cref="Answer"/> is called.</summary>
internal sealed class StuckBus : IEventBus
{
    private readonly Lock _lock = new();
    private readonly List<(object What, bool Listens)> _asked = [];
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsShared => true;

    /// <summary>All that was asked for, in order: which user or room, and whether to listen or to stop.</summary>
    public IReadOnlyList<(object What, bool Listens)> Asked
    {
        get { lock (_lock) return [.. _asked]; }
    }

    public void Answer() => _answered.SetResult();

    public Task StartAsync(IEventReceiver receiver, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PublishAsync(IReadOnlyList<PublishedEvent> events, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Signal(Signal signal)
    {
    }

    /// <summary>Of a room's events it answers at once.</summary>
    public ValueTask ListenAsync(RoomId room, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask StopListeningAsync(RoomId room, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask ListenAsync(UserId user, CancellationToken cancellationToken) => AskAsync(user, listens: true, cancellationToken);

    public ValueTask StopListeningAsync(UserId user, CancellationToken cancellationToken) => AskAsync(user, listens: false, cancellationToken);

    public ValueTask ListenToSignalsAsync(RoomId room, CancellationToken cancellationToken) => AskAsync(room, listens: true, cancellationToken);

    public ValueTask StopListeningToSignalsAsync(RoomId room, CancellationToken cancellationToken) => AskAsync(room, listens: false, cancellationToken);

    private async ValueTask AskAsync(object what, bool listens, CancellationToken cancellationToken)
    {
        lock (_lock) _asked.Add((what, listens));
        await _answered.Task.WaitAsync(cancellationToken);
    }
}
