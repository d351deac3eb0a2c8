using System.Collections.Concurrent;

namespace Chat.Infrastructure.Sql;

/// <summary>The rows of the outbox whose events were announced. They are removed by the dozen along with a commit, or by the relay within a second.</summary>
internal sealed class OutboxLedger
{
    /// <summary>How many ids one statement removes.</summary>
    private const int MostAtOnce = 1_000;

    private readonly ConcurrentQueue<string> _announced = [];

    public bool IsEmpty => _announced.IsEmpty;

    public void Announced(string outboxId) => _announced.Enqueue(outboxId);

    /// <summary>Takes ids to remove them, when there are enough; what fails puts them back.</summary>
    public IReadOnlyList<string> Take(int enough = 1)
    {
        if (_announced.Count < enough) return [];
        var taken = new List<string>();
        while (taken.Count < MostAtOnce && _announced.TryDequeue(out var id)) taken.Add(id);
        return taken;
    }

    public void PutBack(IReadOnlyList<string> ids)
    {
        foreach (var id in ids) _announced.Enqueue(id);
    }

    /// <summary>The statement that removes the rows <c>@announced</c>.</summary>
    public static string RemovalOf(ISqlDialect dialect) => dialect.DeleteFrom("outbox", dialect.Rows("@announced", new RowColumn("id", RowColumnKind.Key)), "id");

    /// <summary>The value of <c>@announced</c> for these rows.</summary>
    public static string RowsOf(IReadOnlyList<string> ids) => JsonRows.Of(ids, static (writer, id) => writer.WriteStringValue(id));
}
