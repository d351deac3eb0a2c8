using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Brings the schema up to what this program knows: numbered SQL files, each run once and in order, under a lock that keeps other gateways out. What was run
/// is recorded with a checksum, so that a file changed afterwards is noticed rather than believed.
/// </summary>
internal sealed partial class Migrator(SqlDatabase database, TimeProvider time, ILogger<Migrator> logger)
{
    private const string CreateRecord =
        "create table if not exists schema_migrations (number bigint primary key, name varchar(128) not null, checksum varchar(64) not null, applied_at bigint not null)";

    /// <summary>What a statement may take, in seconds. A table with a hundred million messages is rebuilt for longer than any other command may take.</summary>
    private const int SecondsPerStatement = 3 * 60 * 60;

    /// <exception cref="MigrationException">The database does not fit this program.</exception>
    /// <exception cref="Domain.StoreUnavailableException">The database cannot be reached.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await MigrateAsync(database, cancellationToken);
        if (database.Search != database) await MigrateAsync(database.Search, cancellationToken);
    }

    private async Task MigrateAsync(SqlDatabase one, CancellationToken cancellationToken) => await one.ReadAsync(
        async connection =>
        {
            await one.Dialect.UnderMigrationLockAsync(connection, () => MigrateLockedAsync(one.Dialect, connection, cancellationToken), cancellationToken);
            return true;
        },
        cancellationToken);

    private async Task MigrateLockedAsync(ISqlDialect dialect, DbConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(CreateRecord);
        var applied = (await connection.QueryAsync<AppliedRow>("select number, name, checksum from schema_migrations order by number")).ToList();
        var known = Load(dialect.Name);
        Check(applied, known);
        foreach (var migration in known.Skip(applied.Count)) await ApplyAsync(connection, migration, cancellationToken);
    }

    private static void Check(List<AppliedRow> applied, List<Migration> known)
    {
        if (applied.Count > known.Count)
            throw new MigrationException($"The database was migrated to {applied[^1].Name}, which this program does not know. It is newer: run that version, or restore a backup.");
        foreach (var (was, file) in applied.Zip(known))
        {
            if (was.Number != file.Number || was.Checksum != file.Checksum)
                throw new MigrationException($"Migration {was.Name} was run with other contents than the file {file.Name} of this program has. Run the version that it came from.");
        }
    }

    /// <summary>
    /// Runs the statements one by one: MySQL commits each change of the schema by itself, so a transaction around them would promise what it does not keep
    /// there. A migration that was cut short is seen by its first statement failing, and is mended by hand; docs/database.md says how.
    /// </summary>
    private async Task ApplyAsync(DbConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var statement in migration.Statements) await connection.ExecuteAsync(statement, transaction: transaction, commandTimeout: SecondsPerStatement);
        await connection.ExecuteAsync(
            "insert into schema_migrations (number, name, checksum, applied_at) values (@Number, @Name, @Checksum, @At)",
            new { migration.Number, migration.Name, migration.Checksum, At = time.GetUtcNow().ToUnixTimeMilliseconds() },
            transaction);
        await transaction.CommitAsync(cancellationToken);
        Log.Applied(logger, migration.Name);
    }

    private static List<Migration> Load(string dialect)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var folder = $"{typeof(Migrator).Namespace}.{dialect}.Migrations.";
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)];

        Migration Read(string resource)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            // Whatever line ends it was checked out with, its checksum is the same everywhere.
            return Migration.Parse(resource[folder.Length..], reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }

    /// <summary>One numbered file.</summary>
    private sealed record Migration(long Number, string Name, string Checksum, IReadOnlyList<string> Statements)
    {
        public static Migration Parse(string name, string text)
        {
            var number = long.Parse(name.AsSpan(0, name.IndexOf('_', StringComparison.Ordinal)));
            var statements = text.Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return new Migration(number, name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), statements);
        }
    }

    private sealed class AppliedRow
    {
        public long Number { get; init; }
        public string Name { get; init; } = "";
        public string Checksum { get; init; } = "";
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Information, "The database was migrated by {Migration}")]
        public static partial void Applied(ILogger logger, string migration);
    }
}

/// <summary>The database's schema is not one that this program can work with.</summary>
public sealed class MigrationException(string message) : Exception(message);
