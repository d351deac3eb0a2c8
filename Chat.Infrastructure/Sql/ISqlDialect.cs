using System.Data;
using System.Data.Common;
using Chat.Domain.Events;
using Chat.Infrastructure.Sql.Search;

namespace Chat.Infrastructure.Sql;

/// <summary>What differs between the databases; the stores know nothing else of them.</summary>
internal interface ISqlDialect
{
    /// <summary>The name of its folder of migrations.</summary>
    string Name { get; }

    /// <summary>What the search is made of.</summary>
    ITermTable Terms { get; }

    /// <summary>The database that keeps the search index; null where it is the one that keeps the messages.</summary>
    ISqlDialect? Search => null;

    /// <summary>A connection that is not open yet.</summary>
    DbConnection CreateConnection();

    /// <summary>Settles what a connection has to be told each time it is opened.</summary>
    ValueTask OnOpenedAsync(DbConnection connection, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Opens a connection for a thread that keeps it and waits in place: a socket that was opened so is waited for by the system, not by way of the thread pool.</summary>
    DbConnection OpenHeld()
    {
        var connection = CreateConnection();
        try
        {
            connection.Open();
            OnOpenedAsync(connection, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>How a transaction that writes is isolated. Rows that a decision depends on are locked, so READ COMMITTED is enough where there are row locks.</summary>
    IsolationLevel WriteIsolation => IsolationLevel.ReadCommitted;

    /// <summary>The statement, or statements, that begin a transaction so isolated.</summary>
    string Begin { get; }

    /// <summary>Whether the database takes one writer at a time, so that writers had better queue up here than there.</summary>
    bool HasOneWriter => false;

    /// <summary>Locks the rows of a SELECT until the end of the transaction.</summary>
    string ForUpdate => " for update";

    /// <summary>The same of one table of a join.</summary>
    string ForUpdateOf(string alias) => ForUpdate;

    /// <summary>A table named <c>j</c> with the rows of a parameter that holds <see cref="JsonRows"/>.</summary>
    string Rows(string parameter, params ReadOnlySpan<RowColumn> columns);

    /// <summary>A join that takes the rows of the left table one after the other and looks each up in the right one.</summary>
    string JoinInOrder => "join";

    /// <summary>Updates the rows of a table that match a row of <c>j</c>.</summary>
    string UpdateFrom(string table, string rows, string on, params ReadOnlySpan<string> assignments) => $"update {table} set {string.Join(", ", assignments)} from {rows} where {on}";

    /// <summary>The same UPDATE, which fails as a conflict unless it changes as many rows as a parameter says.</summary>
    string Exactly(string update, string parameter);

    /// <summary>The statements of a group of messages.</summary>
    AppendStatements CreateAppendStatements(NodeId? node) => new(this, node);

    /// <summary>Deletes the rows of a table whose key is in <c>j</c>.</summary>
    string DeleteFrom(string table, string rows, string key) => $"delete from {table} where {key} in (select j.{key} from {rows})";

    /// <summary>Compares with each value of a parameter that holds an array.</summary>
    string IsOneOf(string parameter) => $"in {parameter}";

    /// <summary>Turns an INSERT into one that updates these columns when the key is there already.</summary>
    string OnConflictUpdate(string key, params ReadOnlySpan<string> columns);

    /// <summary>Turns an INSERT into one that does nothing when the key is there already.</summary>
    string OnConflictIgnore(string key);

    /// <summary>Runs what migrates the schema while no other process does.</summary>
    Task UnderMigrationLockAsync(DbConnection connection, Func<Task> migrate, CancellationToken cancellationToken);

    /// <summary>What a failure means for whoever asked.</summary>
    SqlFailure Classify(DbException exception);
}

internal enum SqlFailure
{
    /// <summary>The statement or its data is at fault; again would fail again.</summary>
    Permanent,

    /// <summary>Two transactions were in each other's way; this one was undone and can be tried again at once.</summary>
    Conflict,

    /// <summary>The database cannot be reached, or does not answer in time.</summary>
    Unavailable,
}
