using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Search;

/// <summary>
/// Finds messages by their terms. What it knows follows the messages within moments and is never the last word: whoever asks reads what it names and judges
/// for themselves, so that nothing is shown that is gone, changed or not theirs to see. Every method throws <see cref="StoreUnavailableException"/> when the
/// index cannot be reached.
/// </summary>
public interface IMessageIndex
{
    /// <summary>
    /// Whether it is kept apart from the messages and may know another history than they have, as after one of the two was put back. Otherwise both are always of the same.
    /// </summary>
    bool IsApart { get; }

    /// <summary>How far it is in rooms; those that it does not know are left out.</summary>
    ValueTask<IReadOnlyList<IndexedRoom>> ListAsync(IReadOnlyCollection<RoomId> rooms, CancellationToken cancellationToken);

    /// <summary>
    /// Takes messages up as they are now, each once at most, and notes how far it is with them: all of it or nothing, or at least never the second without the first.
    /// A message of an older <see cref="IndexedMessage.Rev"/> than is there already changes nothing, so that it may be told twice, late, and by several at once.
    /// </summary>
    /// <param name="messages">What the steps' events made or changed.</param>
    /// <param name="steps">Of each room one at most. One that begins behind where the index is notes nothing; none goes back.</param>
    /// <param name="cancellationToken">Ends it.</param>
    ValueTask ApplyAsync(IReadOnlyList<IndexedMessage> messages, IReadOnlyList<IndexStep> steps, CancellationToken cancellationToken);

    /// <summary>Drops all that it has of rooms, which begin anew.</summary>
    ValueTask ForgetAsync(IReadOnlyCollection<RoomId> rooms, CancellationToken cancellationToken);

    /// <summary>
    /// Where messages are that have all that is asked for, newest first: at most <paramref name="limit"/>. Fewer means that there are no more. It may name
    /// messages that do not match, and leaves out none that does.
    /// </summary>
    ValueTask<IReadOnlyList<MessagePosition>> FindAsync(IndexQuery query, int limit, CancellationToken cancellationToken);
}

/// <summary>How far the index is in a room.</summary>
/// <param name="RoomId">The room.</param>
/// <param name="Seq">The number of the last event that it knows; 0 before the first.</param>
/// <param name="Last">The last message that it has up to there, where it <see cref="IMessageIndex.IsApart"/>; null when there is none.</param>
public sealed record IndexedRoom(RoomId RoomId, long Seq, MessagePosition? Last);

/// <summary>Consecutive events of a room that are indexed together.</summary>
/// <param name="RoomId">The room.</param>
/// <param name="After">The number before the first of them.</param>
/// <param name="Last">The last one's number. Everything up to it is committed.</param>
public sealed record IndexStep(RoomId RoomId, long After, long Last);

/// <summary>A message as the index takes it up.</summary>
public sealed record IndexedMessage
{
    public required RoomId RoomId { get; init; }
    public required long Seq { get; init; }

    /// <summary>The number of the event that changed it last.</summary>
    public required long Rev { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required UserId Sender { get; init; }
    public required bool HasAttachments { get; init; }

    /// <summary>Null when it was deleted or has expired: nothing of it is to stay in the index.</summary>
    public required string? Text { get; init; }
}

/// <summary>What to find.</summary>
public sealed record IndexQuery
{
    /// <summary>Where to look.</summary>
    public required IReadOnlyList<RoomSpan> Rooms { get; init; }

    /// <summary>All of them have to be there; none is no condition.</summary>
    public IReadOnlyList<SearchTerm> Terms { get; init; } = [];
    public UserId? Sender { get; init; }
    public bool HasAttachments { get; init; }

    /// <summary>Not older.</summary>
    public DateTimeOffset From { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Older.</summary>
    public DateTimeOffset To { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Only what comes behind; null to begin with the newest.</summary>
    public MessagePosition? After { get; init; }
}

/// <summary>A room, and how much of it may be seen.</summary>
public readonly record struct RoomSpan(RoomId RoomId, VisibleSpan Span);

/// <summary>Where a message is among all of all rooms: by when it was made, then by room, then by number.</summary>
public readonly record struct MessagePosition(DateTimeOffset CreatedAt, RoomId RoomId, long Seq)
{
    /// <summary>The order in which messages are found.</summary>
    public static int CompareNewestFirst(MessagePosition one, MessagePosition other)
    {
        var byTime = other.CreatedAt.CompareTo(one.CreatedAt);
        if (byTime != 0) return byTime;
        var byRoom = string.CompareOrdinal(other.RoomId.Value, one.RoomId.Value);
        return byRoom != 0 ? byRoom : other.Seq.CompareTo(one.Seq);
    }
}
