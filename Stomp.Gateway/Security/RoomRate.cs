using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>
/// How many messages all members together may post to one room on this node. What was stored is counted, so that nobody but a member uses a room up; those that are
/// under way at the same moment may go beyond it.
/// </summary>
internal sealed class RoomRate(LimitsOptions limits, IRoomStore rooms, TimeProvider time)
{
    /// <summary>As for users, a window that slides in tenths.</summary>
    private const int Segments = 10;

    /// <summary>Rooms that are counted.</summary>
    private const int Most = 10_000;

    private readonly SlidingCounts<RoomId> _counts = new(limits.RoomMessagesPerWindow, limits.Window, Segments, Most, time);

    /// <summary>Whether the room has had its messages for now. Nothing is counted by asking.</summary>
    public bool IsFull(RoomId room) => limits.RoomMessagesPerWindow > 0 && _counts.IsFull(room);

    /// <summary>What somebody is told who would post to a room that is full: who is no member hears nothing of how it goes there.</summary>
    public async ValueTask<Refusal> RefuseAsync(RoomId room, UserId user, CancellationToken cancellationToken) =>
        (await rooms.FindForAsync(room, user, cancellationToken)).Membership is { IsCurrent: true }
            ? new Refusal(RefusalCode.RateLimited, $"At most {limits.RoomMessagesPerWindow} messages in {limits.Window.TotalSeconds:0.#} s in this room.", _counts.TimeUntilRoom(room))
            : Refusal.NotMember;

    /// <summary>Counts a message that was stored now.</summary>
    public void Count(in Outcome<PostedMessage> outcome)
    {
        if (limits.RoomMessagesPerWindow == 0 || !outcome.TryGet(out var posted, out _) || posted.Repeated) return;
        _counts.Count(posted.Message.RoomId);
    }
}
