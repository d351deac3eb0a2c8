using Chat.Domain.Events;
using Chat.Domain.Rooms;

namespace Chat.Domain.Presence;

/// <summary>Tells those who look at a room whose presence is another.</summary>
public sealed class AnnouncePresence(IUserRooms userRooms, IEventBus bus, TimeProvider time)
{
    /// <summary>So many are told of in one go, for which a bus has room that drops what it cannot send.</summary>
    private const int AtOnce = 256;

    /// <summary>For how many goes that holds, so that whoever tells is done within seconds. Beyond them the bus may drop some.</summary>
    private const int MostPauses = 100;

    /// <summary>Between two goes: what a bus sends of these takes it milliseconds.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="StoreUnavailableException">The users' rooms cannot be read now; nobody was told.</exception>
    public async Task ExecuteAsync(IReadOnlyCollection<PresenceChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0) return;
        var rooms = await userRooms.FindAsync([.. changes.Select(change => change.UserId).Distinct()], cancellationToken);
        var told = 0;
        foreach (var change in changes)
        {
            foreach (var room in rooms.GetValueOrDefault(change.UserId) ?? [])
            {
                // As when a node dies that had thousands.
                if (told > 0 && told % AtOnce == 0 && told / AtOnce <= MostPauses) await Task.Delay(Pause, time, cancellationToken);
                bus.Signal(new PresenceSignal(room, change.UserId, change.Presence));
                told++;
            }
        }
    }
}
