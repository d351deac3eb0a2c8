using Chat.Domain.Outcomes;
using Chat.Domain.Users;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>How fast one user may post, and change what is there, on this node, by whichever way.</summary>
internal sealed class MessageRate(LimitsOptions limits, TimeProvider time)
{
    /// <summary>A window that slides in tenths never lets through more than a tenth above its measure.</summary>
    private const int Segments = 10;

    /// <summary>Users who are counted, of each kind.</summary>
    private const int Most = 50_000;

    private readonly SlidingCounts<UserId> _posts = CountsOf(limits, time);
    private readonly SlidingCounts<UserId> _changes = CountsOf(limits, time);
    private readonly SlidingCounts<UserId> _drafts = CountsOf(limits, time);
    private readonly SlidingCounts<UserId> _others = CountsOf(limits, time);

    /// <summary>Counts a message; null when it may pass.</summary>
    public Refusal? TryTake(UserId user) => TryTake(_posts, user, "messages");

    /// <summary>Counts a change of a message: an edit, a reaction, a pin. They go to everybody as messages do, and are counted by themselves.</summary>
    public Refusal? TryTakeChange(UserId user) => TryTake(_changes, user, "changes of messages");

    /// <summary>Counts a draft that is saved: writing goes on while others are answered, so these are counted by themselves too.</summary>
    public Refusal? TryTakeDraft(UserId user) => TryTake(_drafts, user, "drafts");

    /// <summary>Counts any other change: of rooms, of who is in them, of what is the user's own.</summary>
    public Refusal? TryTakeOther(UserId user) => TryTake(_others, user, "changes");

    private Refusal? TryTake(SlidingCounts<UserId> counts, UserId user, string what) => limits.MessagesPerWindow == 0 || counts.TryTake(user)
        ? null
        : new Refusal(RefusalCode.RateLimited, $"At most {limits.MessagesPerWindow} {what} in {limits.Window.TotalSeconds:0.#} s.", counts.TimeUntilRoom(user));

    private static SlidingCounts<UserId> CountsOf(LimitsOptions limits, TimeProvider time) => new(limits.MessagesPerWindow, limits.Window, Segments, Most, time);
}
