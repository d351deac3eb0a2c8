using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Stomp.Gateway.Wire;

namespace Chat.Tests.Documents;

/// <summary>A record's fields as one word each, whether the code or a JSON schema says them: <c>string?</c>, <c>[Member]</c>, <c>all|none</c>; and which need not be there.</summary>
internal static class RecordShape
{
    private const string Anything = "anything";

    public static SortedDictionary<string, string> OfCode(JsonTypeInfo record)
    {
        var shape = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in record.Properties)
        {
            var nullable = WireSchemas.IsNullable(record, field) ? "?" : "";
            var optional = WireSchemas.IsAlwaysThere(record, field) ? "" : ", or not there";
            var words = WireSchemas.WordsOf(WireSchemas.NameOf(record.Type), field.Name);
            shape[field.Name] = WireSchemas.IsRaw(field) ? Anything : $"{(words is null ? WordOf(field.PropertyType) : Join(words))}{nullable}{optional}";
        }
        return shape;
    }

    /// <param name="schema">A JSON schema of an object.</param>
    /// <param name="record">What it is of: where the code holds JSON of any kind, the document may say more of it.</param>
    public static SortedDictionary<string, string> OfSchema(JsonElement schema, JsonTypeInfo record)
    {
        var raw = record.Properties.Where(WireSchemas.IsRaw).Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet(StringComparer.Ordinal) : [];
        var shape = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in schema.GetProperty("properties").EnumerateObject())
            shape[field.Name] = raw.Contains(field.Name) ? Anything : WordOf(field.Value) + (required.Contains(field.Name) ? "" : ", or not there");
        required.Should().BeSubsetOf(shape.Keys, "what is required is a field");
        return shape;
    }

    private static string WordOf(Type type)
    {
        var element = WireSchemas.ElementOf(type);
        if (element != type && Nullable.GetUnderlyingType(type) is null) return $"[{WordOf(element)}]";
        return element switch
        {
            _ when element == typeof(string) => "string",
            _ when element == typeof(bool) => "boolean",
            _ when element == typeof(int) || element == typeof(long) => "integer",
            _ when element == typeof(DateTimeOffset) => "time",
            _ => WireSchemas.NameOf(element),
        };
    }

    private static string WordOf(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference)) return reference.GetString()!.Split('/')[^1];
        if (schema.TryGetProperty("oneOf", out var either))
            return either.EnumerateArray().Select(WordOf).Single(word => word != "null") + "?";
        if (schema.TryGetProperty("enum", out var words)) return Join(words.EnumerateArray().Select(word => word.GetString()!));
        if (!schema.TryGetProperty("type", out var type)) return Anything;

        var types = type.ValueKind is JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!).ToList() : [type.GetString()!];
        var nullable = types.Count > 1 && types.Remove("null") ? "?" : "";
        return types.Single() switch
        {
            "array" => $"[{WordOf(schema.GetProperty("items"))}]",
            "string" when schema.TryGetProperty("format", out var format) && format.ValueEquals("date-time") => "time",
            var plain => plain,
        } + nullable;
    }

    private static string Join(IEnumerable<string> words) => string.Join('|', words.Order(StringComparer.Ordinal));
}
