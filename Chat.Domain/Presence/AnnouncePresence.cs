using Chat.Domain.Events;
using Chat.Domain.Rooms;

namespace Chat.Domain.Presence;

/// <summary>Tells those who look at a room whose presence is another.</summary>
public sealed class AnnouncePresence(IUserRooms userRooms, IEventBus bus)
{
    /// <exception cref="StoreUnavailableException">The users' rooms cannot be read now; nobody was told.</exception>
    public async Task ExecuteAsync(IReadOnlyCollection<PresenceChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0) return;
        var rooms = await userRooms.FindAsync([.. changes.Select(change => change.UserId).Distinct()], cancellationToken);
        foreach (var change in changes)
        {
            foreach (var room in rooms.GetValueOrDefault(change.UserId) ?? []) bus.Signal(new PresenceSignal(room, change.UserId, change.Presence));
        }
    }
}
