using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>What those who own a room change about it. As in <see cref="IRoomStore"/>, each change is one transaction under the room's lock.</summary>
public interface IRoomSettingsStore
{
    /// <summary>
    /// Gives the room the settings that <paramref name="decide"/>, which lets nobody but members, makes of those it has, with an event if they differ. A room that
    /// does not exist is <see cref="Refusal.NotMember"/>. The room is told as the transaction leaves it, without what is said there.
    /// </summary>
    ValueTask<Outcome<RoomListing>> ChangeAsync(RoomId room, UserId actor, Func<RoomFacts, Outcome<RoomSettings>> decide, CancellationToken cancellationToken);

    /// <summary>Closes the room, if <paramref name="admit"/> lets the actor. Closed already: no event.</summary>
    ValueTask<Outcome<Room>> CloseAsync(RoomId room, UserId actor, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken);
}
