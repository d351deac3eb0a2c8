using Chat.Domain.Events;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Dapper;

namespace Chat.Infrastructure.Sql.Search;

/// <summary>
/// Looks for rooms that nobody walks: what a dead node left, and everything that is older than the index. Of all nodes one looks, through the rooms in the order of
/// their ids, and goes on where it stopped.
/// </summary>
internal sealed class IndexSweep(SqlDatabase database, IMessageIndex index, NodeId node, TimeProvider time)
{
    /// <summary>Rooms compared at a time.</summary>
    private const int Page = 1_000;

    /// <summary>Rooms compared by one sweep.</summary>
    private const int MostCompared = 100_000;

    /// <summary>Rooms found by one sweep, about.</summary>
    private const int MostFound = 10_000;

    /// <summary>How long after its last sweep a node is taken for dead.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private string _after = "";

    /// <summary>
    /// An index that is kept apart may be another database's, or newer than this one, and look as far as the rooms are. So each room is walked once after the start,
    /// which finds that out.
    /// </summary>
    private bool _isFirstPass = index.IsApart;

    /// <summary>Rooms whose last events are not in the index, those with the newest activity first; none when another node looks.</summary>
    public async Task<IReadOnlyList<RoomId>> NextAsync(CancellationToken cancellationToken)
    {
        if (!await TakeLeaseAsync(cancellationToken)) return [];
        var began = _after;
        try
        {
            return await CompareAsync(cancellationToken);
        }
        catch
        {
            // What was found is lost; the next sweep finds it again.
            _after = began;
            throw;
        }
    }

    private async Task<IReadOnlyList<RoomId>> CompareAsync(CancellationToken cancellationToken)
    {
        var found = new List<HeadRow>();
        for (var compared = 0; compared < MostCompared && found.Count < MostFound; compared += Page)
        {
            var rooms = await ReadPageAsync(cancellationToken);
            var indexed = (await index.ListAsync([.. rooms.Select(room => RoomId.Parse(room.RoomId))], cancellationToken)).ToDictionary(room => room.RoomId.Value, room => room.Seq, StringComparer.Ordinal);
            found.AddRange(rooms.Where(room => _isFirstPass || indexed.GetValueOrDefault(room.RoomId) != room.HeadSeq));
            _after = rooms.Count < Page ? "" : rooms[^1].RoomId;
            if (_after.Length > 0) continue;
            _isFirstPass = false;
            break;
        }
        return [.. found.OrderByDescending(room => room.LastActivityAt).Select(room => RoomId.Parse(room.RoomId))];
    }

    /// <summary>Takes or keeps the sweep for this node.</summary>
    private async Task<bool> TakeLeaseAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await database.WriteAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                "update search_lease set node_id = @Node, expires_at = @Until where name = 'sweep' and (expires_at < @Now or node_id = @Node)",
                new { Node = node.Value, Now = Columns.Of(now), Until = Columns.Of(now + Lease) },
                transaction),
            cancellationToken) == 1;
    }

    private Task<IReadOnlyList<HeadRow>> ReadPageAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async connection => (IReadOnlyList<HeadRow>)(await connection.QueryAsync<HeadRow>(
            "select id as RoomId, head_seq as HeadSeq, last_activity_at as LastActivityAt from rooms where id > @After order by id limit @Page",
            new { After = _after, Page })).ToList(),
        cancellationToken);

    private sealed class HeadRow
    {
        public string RoomId { get; init; } = "";
        public long HeadSeq { get; init; }
        public long LastActivityAt { get; init; }
    }
}
