using System.Collections.Concurrent;

namespace Chat.Infrastructure.Sql;

/// <summary>The rows of the outbox whose events were announced. They are removed along with the next commit, or by the relay when none comes.</summary>
internal sealed class OutboxLedger
{
    /// <summary>How many ids one statement removes.</summary>
    private const int MostAtOnce = 500;

    private readonly ConcurrentQueue<string> _announced = [];

    public bool IsEmpty => _announced.IsEmpty;

    public void Announced(string outboxId) => _announced.Enqueue(outboxId);

    /// <summary>Takes ids to remove them; what fails puts them back.</summary>
    public IReadOnlyList<string> Take()
    {
        var taken = new List<string>();
        while (taken.Count < MostAtOnce && _announced.TryDequeue(out var id)) taken.Add(id);
        return taken;
    }

    public void PutBack(IReadOnlyList<string> ids)
    {
        foreach (var id in ids) _announced.Enqueue(id);
    }

    /// <summary>Adds the removal of these rows to a command.</summary>
    public static void AddRemoval(SqlText sql, IReadOnlyList<string> ids)
    {
        if (ids.Count > 0) sql.AddLiteral("delete from outbox where id in (").AddJoined(", ", ids, id => $"{id}").AddLiteral("); ");
    }
}
