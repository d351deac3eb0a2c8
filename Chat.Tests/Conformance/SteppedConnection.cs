using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Chat.Tests.Conformance;

/// <summary>A connection that lets something happen before each of its statements.</summary>
/// <param name="connection">Which it is.</param>
/// <param name="beforeStatement">What happens, by how many statements came before.</param>
internal sealed class SteppedConnection(DbConnection connection, Func<int, Task> beforeStatement) : DbConnection
{
    private int _statements;

    [AllowNull]
    public override string ConnectionString
    {
        get => connection.ConnectionString;
        set => connection.ConnectionString = value;
    }

    public override string Database => connection.Database;

    public override string DataSource => connection.DataSource;

    public override string ServerVersion => connection.ServerVersion;

    public override ConnectionState State => connection.State;

    public override void ChangeDatabase(string databaseName) => connection.ChangeDatabase(databaseName);

    public override void Open() => connection.Open();

    /// <summary>Whoever made the connection closes it.</summary>
    public override void Close()
    {
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => connection.BeginTransaction(isolationLevel);

    protected override DbCommand CreateDbCommand()
    {
        var before = _statements++;
        Task.Run(() => beforeStatement(before)).GetAwaiter().GetResult();
        return connection.CreateCommand();
    }
}
