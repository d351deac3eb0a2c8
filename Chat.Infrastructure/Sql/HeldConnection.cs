using System.Data.Common;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// A connection that one owner keeps for transactions that come again and again, with the commands that it has used: what a driver has made of a
/// statement's text is there the next time. One transaction at a time; after a failure the connection is dropped, and the next transaction opens another.
/// </summary>
internal sealed class HeldConnection : IAsyncDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);
    private DbConnection? _connection;

    /// <summary>The connection, opened if it is not.</summary>
    public async ValueTask<DbConnection> GetAsync(SqlDatabase database, CancellationToken cancellationToken) =>
        _connection ??= await database.OpenAsync(cancellationToken);

    /// <summary>The command of this text in this transaction. The texts are few and fixed; values come by <see cref="Commands.Set"/>.</summary>
    public DbCommand Command(DbTransaction transaction, string text)
    {
        if (!_commands.TryGetValue(text, out var command))
        {
            command = _connection!.CreateCommand();
#pragma warning disable CA2100 // Texts of this program's own.
            command.CommandText = text;
#pragma warning restore CA2100
            _commands.Add(text, command);
        }
        command.Transaction = transaction;
        return command;
    }

    /// <summary>Lets the connection go; it may be opened anew.</summary>
    public async ValueTask DropAsync()
    {
        foreach (var command in _commands.Values) await command.DisposeAsync();
        _commands.Clear();
        if (_connection is null) return;
        await _connection.DisposeAsync();
        _connection = null;
    }

    public ValueTask DisposeAsync() => DropAsync();
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
