using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Scheduling;

/// <summary>Messages that wait for their time, and those that could not be posted at it.</summary>
/// <remarks>
/// A message is taken up by one node at a time, and is nobody's to change from then on until it is posted or has failed. Every method throws
/// <see cref="StoreUnavailableException"/> when the database is gone.
/// </remarks>
public interface IScheduledMessageStore
{
    /// <summary>How long a node has for what it has taken up; another takes it up then, which is harmless.</summary>
    static readonly TimeSpan PostingTime = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Keeps a new one; committed when it returns. The same sender, room and client message id again keeps nothing and gives the first.
    /// <see cref="RefusalCode.Conflict"/> when the user has <paramref name="most"/> already, or when a message of that client message id was posted.
    /// </summary>
    ValueTask<Outcome<NewlyScheduled>> AddAsync(ScheduledMessage scheduled, int most, CancellationToken cancellationToken);

    /// <summary>The user's own of this id; null when there is none.</summary>
    ValueTask<ScheduledMessage?> FindAsync(UserId user, ScheduledMessageId id, CancellationToken cancellationToken);

    /// <summary>The user's own of this client message id; null when there is none.</summary>
    ValueTask<ScheduledMessage?> FindAsync(UserId user, RoomId room, string clientMessageId, CancellationToken cancellationToken);

    /// <summary>The user's own, of one room or of all, by their times, ties by id, those behind <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<ScheduledMessage>> ListAsync(UserId user, RoomId? room, ScheduleCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the user's own by what <paramref name="decide"/> makes of it, under its lock. <see cref="RefusalCode.NotFound"/> when there is none,
    /// <see cref="RefusalCode.Conflict"/> while it is being posted.
    /// </summary>
    ValueTask<Outcome<ScheduledMessage>> ChangeAsync(
        UserId user, ScheduledMessageId id, Func<ScheduledMessage, Outcome<ScheduledMessage>> decide, CancellationToken cancellationToken);

    /// <summary>Removes the user's own, and gives what it was. Refused like a change.</summary>
    ValueTask<Outcome<ScheduledMessage>> RemoveAsync(UserId user, ScheduledMessageId id, CancellationToken cancellationToken);

    /// <summary>
    /// Takes up what is due, at most <paramref name="most"/>, and tells when the next one is, as far as that lies within <paramref name="ahead"/>. What another node has
    /// taken up, and not finished within <see cref="PostingTime"/>, is due again.
    /// </summary>
    ValueTask<DueMessages> TakeDueAsync(TimeSpan ahead, int most, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets one that was posted as <paramref name="posted"/>. Its sender's read position moves on to it where they had read all that is before it: posting at a time
    /// is no reading. Idempotent.
    /// </summary>
    /// <returns>How far the sender has read; null for a former member.</returns>
    ValueTask<ReadState?> FinishAsync(ScheduledMessage scheduled, Message posted, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps one as failed, and tells whether that is so: one that turns out to have been posted by a node that did not live to say so is forgotten instead. Idempotent:
    /// only the first call is told true.
    /// </summary>
    ValueTask<bool> FailAsync(ScheduledMessage scheduled, Refusal refusal, CancellationToken cancellationToken);
}

/// <summary>A message that is kept for its time.</summary>
/// <param name="Message">The message.</param>
/// <param name="Repeated">Whether it was kept before.</param>
public sealed record NewlyScheduled(ScheduledMessage Message, bool Repeated);

/// <summary>What one look found.</summary>
/// <param name="Messages">What is due and was taken up, in the order of its times.</param>
/// <param name="Next">When to look again at the latest; null when nothing is known to come.</param>
public sealed record DueMessages(IReadOnlyList<ScheduledMessage> Messages, DateTimeOffset? Next);

/// <summary>Where a page of the list ended.</summary>
public readonly record struct ScheduleCursor(DateTimeOffset DueAt, ScheduledMessageId Id);
