using Chat.Domain.Messages;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>A room as one of its members sees it in the room list.</summary>
/// <param name="Room">The room.</param>
/// <param name="Membership">What ties the member to it.</param>
/// <param name="LastMessage">The newest message, when there is one that the member may read.</param>
/// <param name="Peer">In a direct room the other one; null elsewhere.</param>
public sealed record RoomListing(Room Room, Membership Membership, Message? LastMessage, UserProfile? Peer)
{
    /// <summary>Messages after the member's read position. Whoever posts has read up to there.</summary>
    public long UnreadCount => Math.Max(0, Room.MessageCount - Membership.ReadCount);

    /// <summary>How many of them mention the member, or all members; <see cref="IMentionStore.MostCounted"/> at the most.</summary>
    public int MentionCount { get; init; }
}
