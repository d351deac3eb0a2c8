using System.Threading.RateLimiting;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>How fast one user may post, and change what is there, on this node, by whichever way. A user who has done nothing for a while takes no memory.</summary>
internal sealed class MessageRate(LimitsOptions limits) : IDisposable
{
    /// <summary>A window that slides in tenths never lets through more than a tenth above its measure.</summary>
    private const int Segments = 10;

    private readonly PartitionedRateLimiter<UserId> _posts = LimiterOf(limits);
    private readonly PartitionedRateLimiter<UserId> _changes = LimiterOf(limits);
    private readonly PartitionedRateLimiter<UserId> _drafts = LimiterOf(limits);
    private readonly PartitionedRateLimiter<UserId> _others = LimiterOf(limits);

    /// <summary>Counts a message; null when it may pass.</summary>
    public Refusal? TryTake(UserId user) => TryTake(_posts, user, "messages");

    /// <summary>Counts a change of a message: an edit, a reaction, a pin. They go to everybody as messages do, and are counted by themselves.</summary>
    public Refusal? TryTakeChange(UserId user) => TryTake(_changes, user, "changes of messages");

    /// <summary>Counts a draft that is saved: writing goes on while others are answered, so these are counted by themselves too.</summary>
    public Refusal? TryTakeDraft(UserId user) => TryTake(_drafts, user, "drafts");

    /// <summary>Counts any other change: of rooms, of who is in them, of what is the user's own.</summary>
    public Refusal? TryTakeOther(UserId user) => TryTake(_others, user, "changes");

    public void Dispose()
    {
        _others.Dispose();
        _posts.Dispose();
        _changes.Dispose();
        _drafts.Dispose();
    }

    private Refusal? TryTake(PartitionedRateLimiter<UserId> limiter, UserId user, string what)
    {
        if (limits.MessagesPerWindow == 0) return null;
        using var lease = limiter.AttemptAcquire(user);
        if (lease.IsAcquired) return null;
        var after = lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : limits.Window / Segments;
        return new Refusal(RefusalCode.RateLimited, $"At most {limits.MessagesPerWindow} {what} in {limits.Window.TotalSeconds:0.#} s.", after);
    }

    private static PartitionedRateLimiter<UserId> LimiterOf(LimitsOptions limits) => PartitionedRateLimiter.Create<UserId, UserId>(user => limits.MessagesPerWindow == 0
        ? RateLimitPartition.GetNoLimiter(user)
        : RateLimitPartition.GetSlidingWindowLimiter(user, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = limits.MessagesPerWindow,
            Window = limits.Window,
            SegmentsPerWindow = Segments,
            QueueLimit = 0,
        }));
}
