namespace Chat.Domain.Rooms;

/// <summary>The numbers of a room that somebody may see; both ends inclusive.</summary>
public readonly record struct VisibleSpan(long First, long Last);

/// <summary>How much of a room's past is open to whom.</summary>
public static class RoomVisibilityRules
{
    /// <summary>What a member or former member may see of the room; null when nothing.</summary>
    public static VisibleSpan? VisibleTo(this Room room, Membership membership)
    {
        var first = room.Settings.HistoryForNewMembers is HistoryForNewMembers.SinceJoined ? membership.JoinedSeq : 1;
        if (membership.LeftSeq is not { } left) return new VisibleSpan(first, long.MaxValue);
        return room.Settings.HistoryForFormerMembers is HistoryForFormerMembers.UntilLeft ? new VisibleSpan(first, left) : null;
    }
}
