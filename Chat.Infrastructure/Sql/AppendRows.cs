using Chat.Domain.Messages;
using Chat.Domain.Rooms;

namespace Chat.Infrastructure.Sql;

/// <summary>What a group of messages writes.</summary>
/// <param name="At">When, as a column has it.</param>
/// <param name="Messages">In the order of their numbers.</param>
/// <param name="Moves">The rooms whose heads move, each once, in the order of their ids.</param>
/// <param name="Readers">The last message of each sender in each room: whoever posts has read up to there.</param>
/// <param name="Announced">Notes of the outbox that have served.</param>
internal sealed record AppendRows(
    long At, IReadOnlyList<Message> Messages, IReadOnlyList<RoomMove> Moves, IReadOnlyList<Message> Readers, IReadOnlyList<string> Announced)
{
    /// <summary>Messages that were replied to, as that leaves them.</summary>
    public IReadOnlyList<Message> Roots { get; init; } = [];

    /// <summary>Whether none of the messages is more than its text: then there is nothing to write but what every message takes.</summary>
    public bool ArePlain { get; } = Messages.All(IsPlain);

    private static bool IsPlain(Message message) =>
        message is { ThreadRootId: null, Mentions.Count: 0, MentionsAll: false, ExpiresAt: null, BurnAfterRead: null, Quote: null, Forwarded: null, Data: null };
}

/// <summary>A room whose head moves.</summary>
/// <param name="Run">The events that move it.</param>
/// <param name="Room">As they leave it.</param>
internal sealed record RoomMove(CommittedRun Run, Room Room)
{
    /// <summary>The number that the first of them takes: one above the head that the room must still have.</summary>
    public long FirstSeq => Run.Events[0].Seq;
}
