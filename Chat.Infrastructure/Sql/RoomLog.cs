using System.Data.Common;
using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// A room under lock, within one transaction: gives out its next numbers, and writes down what happened under them. Everything that takes a number goes
/// through here or through <see cref="AppendBatch"/>.
/// </summary>
internal sealed class RoomLog
{
    private readonly DbTransaction _transaction;
    private readonly ISqlDialect _dialect;
    private readonly long _firstSeq;
    private readonly List<RoomEvent> _events = [];

    private RoomLog(DbTransaction transaction, ISqlDialect dialect, Room room)
    {
        _transaction = transaction;
        _dialect = dialect;
        Room = room;
        _firstSeq = room.HeadSeq + 1;
    }

    /// <summary>The room, as it is with what was written so far.</summary>
    public Room Room { get; private set; }

    public ISqlDialect Dialect => _dialect;

    public DbTransaction Transaction => _transaction;

    public long NextSeq => Room.HeadSeq + 1;

    /// <summary>Locks a room; null when there is none.</summary>
    public static async Task<RoomLog?> OpenAsync(DbTransaction transaction, ISqlDialect dialect, RoomId room)
    {
        var row = await transaction.Connection!.QuerySingleOrDefaultAsync<RoomRow>(
            $"select {RoomRow.Columns} from rooms r where r.id = @Id{dialect.ForUpdate}", new { Id = room.Value }, transaction);
        return row is null ? null : new RoomLog(transaction, dialect, row.ToRoom());
    }

    /// <summary>Begins the log of a room that is made in this transaction.</summary>
    public static RoomLog OfNew(DbTransaction transaction, ISqlDialect dialect, Room room) => new(transaction, dialect, room);

    /// <summary>Takes the next number for an event.</summary>
    /// <param name="roomEvent">Whose number is <see cref="NextSeq"/>.</param>
    /// <param name="members">By how much it changes the number of members.</param>
    /// <param name="pins">By how much it changes the number of pinned messages.</param>
    public void Add(RoomEvent roomEvent, int members = 0, int pins = 0)
    {
        if (roomEvent.Seq != NextSeq) throw new ArgumentException($"The next number is {NextSeq}, not {roomEvent.Seq}.", nameof(roomEvent));
        _events.Add(roomEvent);
        Room = Room with { HeadSeq = roomEvent.Seq, MemberCount = Room.MemberCount + members, PinnedCount = Room.PinnedCount + pins };
    }

    /// <summary>Writes what was added, and notes it to be announced. The last thing in the transaction.</summary>
    public async Task<CommittedRun?> WriteAsync(NodeId node, DateTimeOffset now)
    {
        if (_events.Count == 0) return null;
        var run = new CommittedRun(OutboxId.New(now), [.. _events]);
        foreach (var some in _events.Chunk(500))
        {
            await new SqlText().AddLiteral("insert into room_events (room_id, seq, event, at, subject_id) values ")
                .AddJoined(", ", some, e => $"({e.RoomId.Value}, {e.Seq}, {e.Name}, {Columns.Of(e.At)}, {e.SubjectId})")
                .ExecuteAsync(_transaction, CancellationToken.None);
        }
        await new SqlText()
            .Add($"update rooms set head_seq = {Room.HeadSeq}, member_count = {(long)Room.MemberCount}, pinned_count = {(long)Room.PinnedCount} where id = {Room.Id.Value}; ")
            .Add($"insert into outbox (id, node_id, room_id, first_seq, last_seq, created_at) values ({run.OutboxId}, {node.Value}, {Room.Id.Value}, {_firstSeq}, {Room.HeadSeq}, {Columns.Of(now)})")
            .ExecuteAsync(_transaction, CancellationToken.None);
        return run;
    }
}

/// <summary>Consecutive events of one room that were committed together, and are to be announced.</summary>
/// <param name="OutboxId">The row of the outbox that says so; null where nothing has to be noted for that (<see cref="IEventBus.IsShared"/>).</param>
/// <param name="Events">In the order of their numbers.</param>
internal sealed record CommittedRun(string? OutboxId, IReadOnlyList<RoomEvent> Events);

internal static class OutboxId
{
    public static string New(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N");
}
