using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Rows for a statement as one parameter, a JSON array of arrays, so that the statement's text is the same for any number of them: databases and drivers know
/// it already and need not read it again. <see cref="ISqlDialect.Rows"/> makes a table of it.
/// </summary>
internal static class JsonRows
{
    // Nothing here reaches a page: characters are escaped where JSON itself asks for it.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes each row's columns by the writer, without the row's own brackets.</summary>
    public static string Of<T>(IEnumerable<T> rows, Action<Utf8JsonWriter, T> writeColumns)
    {
        var octets = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(octets, Options);
        writer.WriteStartArray();
        foreach (var row in rows)
        {
            writer.WriteStartArray();
            writeColumns(writer, row);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.Flush();
        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }

    /// <summary>The same of rows whose columns are texts, numbers of 64 bits, or null.</summary>
    public static string OfValues(IEnumerable<object?[]> rows) => Of(rows, static (writer, row) =>
    {
        foreach (var value in row) WriteValue(writer, value);
    });

    public static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        if (value is long number) writer.WriteNumberValue(number);
        else writer.WriteStringValue((string?)value);
    }
}

/// <summary>A column of <see cref="JsonRows"/>, in the order in which a row has them.</summary>
/// <param name="Name">What the statement calls it.</param>
/// <param name="Kind">What it holds.</param>
internal readonly record struct RowColumn(string Name, RowColumnKind Kind);

internal enum RowColumnKind
{
    /// <summary>Text of at most 255 characters, such as an id.</summary>
    Key,

    /// <summary>Text of any length.</summary>
    Text,

    /// <summary>A number of 64 bits.</summary>
    Number,
}
