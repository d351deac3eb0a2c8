using System.Data.Common;
using System.Net.Sockets;
using Chat.Domain;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Opens connections and runs transactions. Every failure of the database, as opposed to a mistake in a statement, leaves it as a
/// <see cref="StoreUnavailableException"/>.
/// </summary>
internal sealed class SqlDatabase(ISqlDialect dialect) : IDisposable
{
    /// <summary>How often a transaction that another one was in the way of is tried again.</summary>
    private const int MostRetries = 8;

    /// <summary>Writers queue up here where the database takes one at a time; waiting in the database costs it polling and us a thread.</summary>
    private readonly SemaphoreSlim? _oneWriter = dialect.HasOneWriter ? new SemaphoreSlim(1, 1) : null;

    private Action _tellUncertain = static () => { };

    private readonly SqlDatabase? _search = dialect.Search is { } search ? new SqlDatabase(search) : null;

    public ISqlDialect Dialect => dialect;

    /// <summary>Where the search index is: this database itself, or one of the index's own. Then no transaction spans both.</summary>
    public SqlDatabase Search => _search ?? this;

    /// <summary>Has somebody told when a connection ended before the end of a transaction was known: it may be committed, although whoever began it heard of a failure. To be called before the first transaction.</summary>
    public void WhenUncertain(Action tell) => _tellUncertain += tell;

    /// <summary>Runs something that only reads.</summary>
    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            return await read(connection);
        }
        catch (Exception e) when (MeaningOf(e) is SqlFailure.Unavailable or SqlFailure.Conflict)
        {
            throw Unavailable(e);
        }
    }

    /// <summary>Runs a transaction, again if others were in its way: it must not change anything outside of the database.</summary>
    public Task<T> WriteAsync<T>(Func<DbTransaction, Task<T>> write, CancellationToken cancellationToken) => AsOnlyWriterAsync(
        async () =>
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await TransactAsync(write, cancellationToken);
                }
                catch (Exception e) when (attempt < MostRetries && MeaningOf(e) is SqlFailure.Conflict)
                {
                    await Task.Delay(Random.Shared.Next(1, 10 * attempt), cancellationToken);
                }
                catch (Exception e) when (MeaningOf(e) is SqlFailure.Unavailable or SqlFailure.Conflict)
                {
                    throw Undecided(e);
                }
            }
        },
        cancellationToken);

    /// <summary>The same by the statements of a connection that is kept, which begin and commit by themselves; waits in place.</summary>
    public void Write(HeldConnection connection, Action write)
    {
        _oneWriter?.Wait();
        try
        {
            connection.Begin();
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    write();
                    return;
                }
                catch (Exception e)
                {
                    connection.Undo();
                    var meaning = MeaningOf(e);
                    if (meaning is SqlFailure.Unavailable || (meaning is SqlFailure.Conflict && attempt == MostRetries)) throw Undecided(e);
                    if (meaning is not SqlFailure.Conflict) throw;
                }
                // At once: a repeat is found by the next try, and who still holds a lock is waited for by the database itself.
            }
        }
        finally
        {
            _oneWriter?.Release();
        }
    }

    /// <summary>Runs something while nobody else in this process writes, where the database takes one writer at a time.</summary>
    public async Task<T> AsOnlyWriterAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        if (_oneWriter is not null) await _oneWriter.WaitAsync(cancellationToken);
        try
        {
            return await run();
        }
        finally
        {
            _oneWriter?.Release();
        }
    }

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = dialect.CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            await dialect.OnOpenedAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection for a thread that keeps it and waits in place.</summary>
    public DbConnection OpenHeld() => dialect.OpenHeld();

    public void Dispose()
    {
        _search?.Dispose();
        _oneWriter?.Dispose();
        (dialect as IDisposable)?.Dispose();
    }

    private async Task<T> TransactAsync<T>(Func<DbTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(dialect.WriteIsolation, cancellationToken);
        var result = await write(transaction);
        // Not cancelled: a commit under way happens or not, and giving up on it here would hide which.
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    /// <summary>Whether a transaction was given up because others were in its way each time it was tried.</summary>
    public bool WasInTheWay(StoreUnavailableException failure) => failure.InnerException is { } cause && MeaningOf(cause) is SqlFailure.Conflict;

    private SqlFailure MeaningOf(Exception exception) => exception switch
    {
        DbException e => dialect.Classify(e),
        LostRaceException => SqlFailure.Conflict,
        SocketException or IOException or TimeoutException => SqlFailure.Unavailable,
        _ => SqlFailure.Permanent,
    };

    private StoreUnavailableException Undecided(Exception e)
    {
        if (MeaningOf(e) is SqlFailure.Unavailable) _tellUncertain();
        return Unavailable(e);
    }

    private static StoreUnavailableException Unavailable(Exception e) => new("The database cannot be reached, or does not answer in time.", e);
}
