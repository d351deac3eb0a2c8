using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Which rooms users are in, for telling others something of them. Not for deciding who may do what: it may lag behind.</summary>
public interface IUserRooms
{
    /// <summary>Rooms of one user that are told at the most: those joined last.</summary>
    const int MostRooms = 500;

    /// <summary>The rooms of each of these users; those without any may be left out.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be read now.</exception>
    ValueTask<IReadOnlyDictionary<UserId, IReadOnlyList<RoomId>>> FindAsync(IReadOnlyCollection<UserId> users, CancellationToken cancellationToken);
}
