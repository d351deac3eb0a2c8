using System.Data.Common;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// A connection that one thread keeps for transactions that come again and again, with the commands that it has used: what a driver has made of a
/// statement's text is there the next time. Transactions begin and end by statements within those commands, so that neither costs a round trip of its own.
/// </summary>
/// <remarks>
/// Everything here waits in place: the thread has nothing else to do, and is spared the way through the thread pool that each of a driver's answers takes.
/// After a failure the transaction is rolled back, or else the connection is dropped, and the next command opens another.
/// </remarks>
internal sealed class HeldConnection(SqlDatabase database, TimeProvider time) : IDisposable
{
    /// <summary>A server or a firewall may have ended a connection that was idle for longer, and tells so only by failing what comes next.</summary>
    private static readonly TimeSpan MostIdle = TimeSpan.FromMinutes(1);

    private long _usedAt;
    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);
    private DbConnection? _connection;

    /// <summary>Begins something: a connection that was idle for long is dropped for a new one. To be called outside of a transaction.</summary>
    public void Begin()
    {
        var isIdle = _connection is not null && !database.Dialect.HasOneWriter && time.GetElapsedTime(_usedAt) > MostIdle;
        _usedAt = time.GetTimestamp();
        if (isIdle) Dispose();
    }

    /// <summary>The command of this text. The texts are few and fixed; values come by <see cref="Commands.Set"/>.</summary>
    public DbCommand Command(string text)
    {
        if (_commands.TryGetValue(text, out var command)) return command;
        _connection ??= database.OpenHeld();
        command = _connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this program's own.
        command.CommandText = text;
#pragma warning restore CA2100
        _commands.Add(text, command);
        return command;
    }

    /// <summary>A command for a text that is made anew; whoever asks for it disposes of it.</summary>
    public DbCommand NewCommand() => (_connection ??= database.OpenHeld()).CreateCommand();

    /// <summary>Undoes what was begun.</summary>
    public void Undo()
    {
        if (_connection is null) return;
        try
        {
            Command("rollback").ExecuteNonQuery();
        }
        catch (Exception e) when (e is DbException or IOException or InvalidOperationException or System.Net.Sockets.SocketException or TimeoutException)
        {
            // The connection is of no more use; the database undoes the rest by itself when it sees the connection gone.
            Dispose();
        }
    }

    /// <summary>Lets the connection go; the next command opens another.</summary>
    public void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        _commands.Clear();
        _connection?.Dispose();
        _connection = null;
    }
}

internal static class Commands
{
    /// <summary>Gives a parameter its value, and adds it when it is new.</summary>
    public static DbCommand Set(this DbCommand command, string name, object value)
    {
        if (command.Parameters.Contains(name))
        {
            command.Parameters[name].Value = value;
            return command;
        }
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
        return command;
    }
}
