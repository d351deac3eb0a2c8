using Chat.Domain.Events;
using Chat.Domain.Rooms;

namespace Chat.Domain.Messages;

/// <summary>
/// The newest messages of rooms that are opened often, so that opening one reads no message from the store. What is kept says for which head of its room it holds, and
/// is given for that head alone; so it is never stale, however late it hears of something.
/// </summary>
/// <remarks>It may forget anything at any time, never refuses, and never fails: what cannot be reached is not there.</remarks>
public interface IRecentMessages
{
    /// <summary>Messages kept of one room at the most.</summary>
    const int Most = 100;

    /// <summary>What is kept of the room as it is at this head of this epoch; null when that is nothing.</summary>
    ValueTask<RecentMessages?> FindAsync(RoomId room, string epoch, long head, CancellationToken cancellationToken);

    /// <summary>Keeps a room's newest messages as they are at this head, unless something later is kept. Messages that are too large for it are left out with those before.</summary>
    ValueTask KeepAsync(RoomId room, string epoch, long head, RecentMessages messages, CancellationToken cancellationToken);
}

/// <summary>The end of a room's history.</summary>
/// <param name="Messages">In ascending order, without a gap up to the head.</param>
/// <param name="IsWhole">Whether there are none before them.</param>
public sealed record RecentMessages(IReadOnlyList<Message> Messages, bool IsWhole)
{
    /// <summary>Whether an event changes another message than its own, or makes one that changes without an event: then the room has to be read anew.</summary>
    public static bool AreUpsetBy(RoomEvent roomEvent) => roomEvent is MessageCreated { Thread: not null } or MessageEvent { Message.BurnAfterRead: not null };
}

/// <summary>Hears of every event that is committed, once or more often, on one of the nodes, in the order of their numbers for each transaction but not across them.</summary>
public interface ICommitObserver
{
    /// <summary>Consecutive events of one room. Must not wait, and does not throw.</summary>
    void OnCommitted(IReadOnlyList<RoomEvent> events);
}
