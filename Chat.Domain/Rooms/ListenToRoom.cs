using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Decides whether somebody may listen to a room, and from where on.</summary>
public sealed class ListenToRoom(IRoomStore rooms)
{
    /// <param name="caller">Who wants to listen.</param>
    /// <param name="roomId">Where.</param>
    /// <param name="since">The last number that the listener has; null to begin with what comes next.</param>
    /// <param name="epoch">The room's epoch that <paramref name="since"/> belongs to, if the listener kept it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Outcome<ListeningStart>> ExecuteAsync(
        Caller caller, RoomId roomId, long? since, string? epoch, CancellationToken cancellationToken)
    {
        var (room, membership) = await rooms.FindForAsync(roomId, caller.Id, cancellationToken);
        if (room is null || membership is not { IsCurrent: true } || room.VisibleTo(membership) is not { } visible) return Refusal.NotMember;

        if (since is not { } from) return new ListeningStart(room, room.HeadSeq, Reset: false) { JoinedSeq = membership.JoinedSeq };
        var oldest = Math.Max(room.FirstSeq, visible.First);
        var honoured = (epoch is null || epoch == room.Epoch) && from >= oldest - 1 && from <= room.HeadSeq;
        return new ListeningStart(room, honoured ? from : room.HeadSeq, Reset: !honoured) { JoinedSeq = membership.JoinedSeq };
    }
}

/// <summary>Where a listener begins.</summary>
/// <param name="Room">The room as it was when that was decided.</param>
/// <param name="After">The listener gets every event with a higher number.</param>
/// <param name="Reset">Whether what the listener asked for cannot be had, so that it has to load the room anew before it goes on from <paramref name="After"/>.</param>
public sealed record ListeningStart(Room Room, long After, bool Reset)
{
    /// <summary>By which number the listener became a member, last: who left before that is back since.</summary>
    public long JoinedSeq { get; init; }
}
