using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Changes what a room is to one member, which is nobody else's business, and tells that member's other devices.</summary>
public sealed class ArrangeRoom(IArrangementStore arrangements, IRoomStore rooms, IEventBus bus)
{
    public async ValueTask<Outcome<RoomListing>> ExecuteAsync(Caller caller, RoomId room, Arrangement arrangement, CancellationToken cancellationToken)
    {
        var arranged = await arrangements.ArrangeAsync(room, caller.Id, arrangement, cancellationToken);
        if (!arranged.TryGet(out var changed, out var refusal)) return refusal;
        if (changed) bus.Signal(new ListingSignal(caller.Id, room));
        return await rooms.FindListingAsync(room, caller.Id, cancellationToken) is { } listing ? listing : Refusal.NotMember;
    }
}

/// <summary>What is to be other about a member's own view of a room; null leaves it as it is.</summary>
public sealed record Arrangement
{
    /// <summary>Whether the room is one of the favourites.</summary>
    public bool? Favorite { get; init; }

    /// <summary>Whether the room is put away. It stays so, whatever is said there, until the member takes it out again or joins anew.</summary>
    public bool? Archived { get; init; }

    public NotificationLevel? Notifications { get; init; }
}

/// <summary>Each member's own view of the rooms.</summary>
public interface IArrangementStore
{
    /// <summary>Committed when it returns; tells whether anything is other than before. <see cref="Refusal.NotMember"/> when not a current member.</summary>
    ValueTask<Outcome<bool>> ArrangeAsync(RoomId room, UserId user, Arrangement arrangement, CancellationToken cancellationToken);

    /// <summary>Those of <paramref name="among"/>, 500 at the most, who do not want to be notified of everything in the room, with what they do want.</summary>
    ValueTask<IReadOnlyDictionary<UserId, NotificationLevel>> FindLevelsAsync(RoomId room, IReadOnlyCollection<UserId> among, CancellationToken cancellationToken);
}
