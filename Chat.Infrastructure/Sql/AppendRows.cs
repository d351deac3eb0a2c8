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
    long At, IReadOnlyList<Message> Messages, IReadOnlyList<RoomMove> Moves, IReadOnlyList<Message> Readers, IReadOnlyList<string> Announced);

/// <summary>A room whose head moves.</summary>
/// <param name="Run">The events that move it.</param>
/// <param name="Room">As they leave it.</param>
internal sealed record RoomMove(CommittedRun Run, Room Room)
{
    /// <summary>The number that the first of them takes: one above the head that the room must still have.</summary>
    public long FirstSeq => Run.Events[0].Seq;
}
