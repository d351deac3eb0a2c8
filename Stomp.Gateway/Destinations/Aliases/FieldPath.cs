using System.Text.Json;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>Where in a JSON object a value is: names with dots between, <c>sender.name</c>.</summary>
internal sealed class FieldPath
{
    private FieldPath(string[] names) => Names = names;

    public IReadOnlyList<string> Names { get; }

    /// <exception cref="FormatException">It has an empty name, or one with characters that no field of a program's has.</exception>
    public static FieldPath Parse(string text)
    {
        var names = text.Split('.');
        return Array.TrueForAll(names, IsName) ? new FieldPath(names) : throw new FormatException($"\"{text}\" is no path of field names.");
    }

    public static bool IsName(string text) => text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '$');

    public override string ToString() => string.Join('.', Names);

    /// <summary>Null where the object has no such value, or it is JSON's null.</summary>
    public JsonElement? Find(JsonElement json)
    {
        foreach (var name in Names)
        {
            if (json.ValueKind is not JsonValueKind.Object || !json.TryGetProperty(name, out var inner)) return null;
            json = inner;
        }
        return json.ValueKind is JsonValueKind.Null ? null : json;
    }

    /// <summary>The same as text: what a string says, or a number as it stands there. Null for everything else.</summary>
    public string? FindText(JsonElement json) => Find(json) is { } value ? Bodies.TextOf(value) : null;
}
