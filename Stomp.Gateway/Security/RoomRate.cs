using System.Threading.RateLimiting;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>
/// How many messages all members together may post to one room on this node. What was stored is counted, so that nobody but a member uses a room up; those that are
/// under way at the same moment may go beyond it. A room in which nothing was posted for a while takes no memory.
/// </summary>
internal sealed class RoomRate : IDisposable
{
    private readonly LimitsOptions _limits;
    private readonly IRoomStore _rooms;
    private readonly PartitionedRateLimiter<RoomId>? _posts;

    public RoomRate(LimitsOptions limits, IRoomStore rooms)
    {
        (_limits, _rooms) = (limits, rooms);
        if (limits.RoomMessagesPerWindow == 0) return;
        // Made once: each message asks twice, and takes nothing of the heap for it.
        Func<RoomId, RateLimiter> limiterOf = NewLimiter;
        _posts = PartitionedRateLimiter.Create<RoomId, RoomId>(room => RateLimitPartition.Get(room, limiterOf));
    }

    /// <summary>Whether the room has had its messages for now. Nothing is counted by asking.</summary>
    public bool IsFull(RoomId room)
    {
        if (_posts is null) return false;
        using var lease = _posts.AttemptAcquire(room, permitCount: 0);
        return !lease.IsAcquired;
    }

    /// <summary>What somebody is told who would post to a room that is full: who is no member hears nothing of how it goes there.</summary>
    public async ValueTask<Refusal> RefuseAsync(RoomId room, UserId user, CancellationToken cancellationToken) =>
        (await _rooms.FindForAsync(room, user, cancellationToken)).Membership is { IsCurrent: true }
            ? new Refusal(RefusalCode.RateLimited, $"At most {_limits.RoomMessagesPerWindow} messages in {_limits.Window.TotalSeconds:0.#} s in this room.", _limits.Window / MessageRate.Segments)
            : Refusal.NotMember;

    /// <summary>Counts a message that was stored now.</summary>
    public void Count(in Outcome<PostedMessage> outcome)
    {
        if (_posts is null || !outcome.TryGet(out var posted, out _) || posted.Repeated) return;
        using var lease = _posts.AttemptAcquire(posted.Message.RoomId);
    }

    public void Dispose() => _posts?.Dispose();

    /// <summary>The partitioned limiter moves the windows of all on.</summary>
    private SlidingWindowRateLimiter NewLimiter(RoomId room) => new(new SlidingWindowRateLimiterOptions
    {
        PermitLimit = _limits.RoomMessagesPerWindow,
        Window = _limits.Window,
        SegmentsPerWindow = MessageRate.Segments,
        QueueLimit = 0,
        AutoReplenishment = false,
    });
}
