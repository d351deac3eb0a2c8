using System.Data.Common;
using System.Text;

namespace Chat.Infrastructure.Sql;

/// <summary>A command that is put together piece by piece, with a parameter for each value.</summary>
internal sealed class SqlText
{
    private readonly StringBuilder _text = new();
    private readonly List<object?> _values = [];

    public bool IsEmpty => _text.Length == 0;

    /// <summary>Adds text; each hole of the interpolation becomes a parameter.</summary>
    public SqlText Add(FormattableString piece)
    {
        var names = new object?[piece.ArgumentCount];
        for (var i = 0; i < names.Length; i++) names[i] = Parameter(piece.GetArgument(i));
        _text.AppendFormat(System.Globalization.CultureInfo.InvariantCulture, piece.Format, names);
        return this;
    }

    /// <summary>Adds text as it is; never anything from outside.</summary>
    public SqlText AddLiteral(string text)
    {
        _text.Append(text);
        return this;
    }

    /// <summary>Adds the pieces with a text between them.</summary>
    public SqlText AddJoined<T>(string between, IEnumerable<T> items, Func<T, FormattableString> piece)
    {
        var first = true;
        foreach (var item in items)
        {
            if (!first) _text.Append(between);
            first = false;
            Add(piece(item));
        }
        return this;
    }

    public DbCommand On(DbTransaction transaction)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = _text.ToString();
        for (var i = 0; i < _values.Count; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"p{i}";
            parameter.Value = _values[i] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    public async Task ExecuteAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = On(transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private string Parameter(object? value)
    {
        _values.Add(value);
        return $"@p{_values.Count - 1}";
    }
}
