using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>The messages of all rooms, and each room's numbered events.</summary>
/// <remarks>
/// Every method throws <see cref="StoreUnavailableException"/> when the database is gone. For an append whose answer was lost that leaves open whether
/// it happened; sending it again with the same client message id finds out.
/// </remarks>
public interface IMessageStore
{
    /// <summary>
    /// Stores a message under the room's next number. When this returns, it is committed. In the same transaction the sender's read position moves to the
    /// message, and the event is noted to be announced, so that it is announced even if this process dies now.
    /// </summary>
    /// <remarks>
    /// Appends to one room take their numbers in the order of the calls on this node. Those that wait at the same moment are committed together.
    /// The same sender, room and client message id again stores nothing and gives the first message. Whether the sender may post is judged by
    /// <see cref="Messages.MessageDraft.Admit"/> on facts read in the same transaction, or proven by it to be unchanged. A room that does not exist is <see cref="Refusal.NotMember"/>.
    /// </remarks>
    Task<Outcome<PostedMessage>> AppendAsync(MessageDraft draft, CancellationToken cancellationToken);

    /// <summary>Messages of a room in ascending order: at most <paramref name="limit"/> of the range, taken from the end that the range names.</summary>
    ValueTask<IReadOnlyList<Message>> ReadAsync(RoomId room, MessageRange range, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The room's events after <paramref name="after"/> in order and without a gap, at most <paramref name="limit"/>. Of a message that changed later the present
    /// state is given. An empty list means that there is none yet. What this returns is committed.
    /// </summary>
    ValueTask<IReadOnlyList<RoomEvent>> ReadEventsAsync(RoomId room, long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Moves a member's read position forward to <paramref name="seq"/>, or to the head when that is less; never back. Committed when it returns.
    /// <see cref="Refusal.NotMember"/> when not a current member.
    /// </summary>
    ValueTask<Outcome<ReadState>> MarkReadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken);

    /// <summary>
    /// Moves a member's read position back, so that <paramref name="seq"/> and all behind it are unread; not before what the member may see, and never forward.
    /// Committed when it returns. <see cref="Refusal.NotMember"/> when not a current member.
    /// </summary>
    ValueTask<Outcome<ReadState>> MarkUnreadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken);
}

/// <summary>A message on its way into the store.</summary>
/// <param name="Id">Its id, new.</param>
/// <param name="RoomId">Where it goes.</param>
/// <param name="Sender">Who sends it, as shown to others.</param>
/// <param name="Type">Its type.</param>
/// <param name="Text">Its text, already checked.</param>
/// <param name="ClientMessageId">What makes a repeat harmless; null when the client does not care.</param>
/// <param name="Admit">Says no to a sender who may not post; a pure function, called inside the transaction.</param>
public sealed record MessageDraft(
    MessageId Id,
    RoomId RoomId,
    UserProfile Sender,
    MessageType Type,
    string Text,
    string? ClientMessageId,
    Func<PostingFacts, Refusal?> Admit)
{
    /// <summary>What it replies to. Whether that can be is judged by <see cref="ReplyRules"/>, in the same transaction in which the root's count of replies moves.</summary>
    public MessageId? ThreadRootId { get; init; }

    public IReadOnlyList<UserId> Mentions { get; init; } = [];

    /// <summary>Whether it asks for all members. In the transaction that is text again, unless its sender moderates the room.</summary>
    public bool MentionsAll { get; init; }

    /// <summary>How long it lives from its commit on.</summary>
    public TimeSpan? TimeToLive { get; init; }
    public TimeSpan? BurnAfterRead { get; init; }
    public MessageQuote? Quote { get; init; }
    public MessageQuote? Forwarded { get; init; }

    /// <summary>A JSON object.</summary>
    public string? Data { get; init; }

    /// <summary>As <see cref="NewMessage.IsScheduled"/>: whoever posts has read up to there, but not so.</summary>
    public bool IsScheduled { get; init; }
}

/// <summary>
/// What a decision about posting is made on: nothing but what takes a number in the room when it changes, so that a head that has not moved proves the rest.
/// Read positions and counts of unread messages are not of that kind, and may be behind.
/// </summary>
/// <param name="Room">The room, locked, or as it was when its head was what it still is at the write.</param>
/// <param name="Membership">What ties the sender to it; null when nothing does.</param>
/// <param name="Now">The time of the transaction.</param>
public readonly record struct PostingFacts(Room Room, Membership? Membership, DateTimeOffset Now);

/// <summary>A message that is stored.</summary>
/// <param name="Message">The message.</param>
/// <param name="Repeated">Whether it was stored before, by an earlier send of the same client message id.</param>
public sealed record PostedMessage(Message Message, bool Repeated)
{
    /// <summary>Of a new reply, how its thread stands with it.</summary>
    public ThreadStanding? Thread { get; init; }
}

/// <summary>Which messages to read, and from which end a page is taken.</summary>
/// <param name="After">Only those with a higher number.</param>
/// <param name="Before">Only those with a lower number.</param>
/// <param name="Newest">Whether a page that is too small for all holds the newest of them rather than the oldest.</param>
public readonly record struct MessageRange(long After, long Before, bool Newest)
{
    /// <summary>The range of a request: <c>after</c> alone reads forward, everything else reads back from <c>before</c> or from the head.</summary>
    public static MessageRange Of(long? before, long? after) =>
        new(after ?? 0, before ?? long.MaxValue, Newest: before is not null || after is null);

    /// <summary>The same range without what lies outside of <paramref name="span"/>.</summary>
    public MessageRange Within(VisibleSpan span) =>
        this with { After = Math.Max(After, span.First - 1), Before = span.Last == long.MaxValue ? Before : Math.Min(Before, span.Last + 1) };
}
