using System.Globalization;
using Chat.Domain.Sessions;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Revocations in SQL. The table is small: what has expired goes with the next one that is added.</summary>
internal sealed class SqlRevocationStore(SqlDatabase database, TimeProvider time) : IRevocationStore
{
    public async ValueTask AddAsync(Revocation revocation, CancellationToken cancellationToken) => await database.WriteAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            var kind = Columns.Of(revocation.Kind);
            var now = Columns.Of(time.GetUtcNow());
            await connection.ExecuteAsync("delete from revocations where expires_at < @Now", new { Now = now }, transaction);
            var before = await connection.QuerySingleOrDefaultAsync<long?>(
                $"select issued_before from revocations where kind = @Kind and subject = @Subject{database.Dialect.ForUpdate}", new { Kind = kind, revocation.Subject }, transaction);
            var issuedBefore = revocation.IssuedBefore is { } asked ? Math.Max(Columns.Of(asked), before ?? 0) : (long?)null;
            await new SqlText().Add($"insert into revocations (kind, subject, issued_before, created_at, expires_at) values ({kind}, {revocation.Subject}, {issuedBefore}, {now}, {Columns.Of(revocation.ExpiresAt)})")
                .AddLiteral(database.Dialect.OnConflictUpdate("kind, subject", "issued_before", "created_at", "expires_at"))
                .ExecuteAsync(transaction, CancellationToken.None);
            return true;
        },
        cancellationToken);

    public async ValueTask<RevocationList?> ReadAsync(string? seenVersion, CancellationToken cancellationToken) => await database.ReadAsync(
        async connection =>
        {
            // Not the newest time: nodes' clocks differ, and a change that is written behind a newer one would change nothing in it.
            var (count, times) = await connection.QuerySingleAsync<(long, string)>("select count(*), coalesce(cast(sum(created_at) as char(40)), '') from revocations");
            var version = string.Create(CultureInfo.InvariantCulture, $"{count}-{times.TrimEnd()}");
            if (version == seenVersion) return null;
            var rows = await connection.QueryAsync<RevocationRow>(
                "select kind as Kind, subject as Subject, issued_before as IssuedBefore, expires_at as ExpiresAt from revocations where expires_at >= @Now",
                new { Now = Columns.Of(time.GetUtcNow()) });
            return new RevocationList(version, [.. rows.Select(row => row.ToRevocation())]);
        },
        cancellationToken);

    private sealed class RevocationRow
    {
        public string Kind { get; init; } = "";
        public string Subject { get; init; } = "";
        public long? IssuedBefore { get; init; }
        public long ExpiresAt { get; init; }

        public Revocation ToRevocation() => new(Columns.Parse<RevocationKind>(Kind), Subject, Columns.Time(IssuedBefore), Columns.Time(ExpiresAt));
    }
}
