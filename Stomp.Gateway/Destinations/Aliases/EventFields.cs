using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>How a frontend wants one kind of event: the fields of its JSON, each a value of ours or text of its own.</summary>
internal sealed class EventFields
{
    private readonly string _about;
    private readonly IReadOnlyList<Field> _fields;

    private EventFields(string eventName, IEnumerable<KeyValuePair<string, string?>> fields)
    {
        _about = eventName.Split('.')[0];
        _fields = [.. fields.Select(field => ParseField(field.Key, field.Value ?? ""))];
    }

    /// <param name="eventName">A <c>message.created</c> is about its <c>message</c>, a <c>member.joined</c> about its <c>member</c>: paths begin there.</param>
    /// <param name="fields">Their names, and for each a path or <c>='text with {path}'</c>.</param>
    /// <exception cref="FormatException">One of the values is neither, or leads nowhere. The message says which.</exception>
    public static EventFields Parse(string eventName, IEnumerable<KeyValuePair<string, string?>> fields) => new(eventName, fields);

    public void Write(Utf8JsonWriter writer, JsonElement roomEvent)
    {
        writer.WriteStartObject();
        foreach (var (name, text, paths) in _fields)
        {
            writer.WritePropertyName(name);
            if (text is not null) writer.WriteStringValue(text.Fill([.. paths.Select(path => path.FindText(roomEvent) ?? "")]));
            else if (paths[0].Find(roomEvent) is { } value) writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
            else writer.WriteNullValue();
        }
        writer.WriteEndObject();
    }

    private Field ParseField(string name, string value)
    {
        if (value is not ['=', '\'', .. var inner, '\'']) return new Field(name, Text: null, [Locate(value)]);
        return TextTemplate.TryParse(inner, out var text)
            ? new Field(name, text, [.. text.Holes.Select(Locate)])
            : throw new FormatException($"{value} has a brace that is not part of a {{path}}");
    }

    /// <summary>Finds what a path means: within what the event is about, else within the event itself. What is not on the wire is a mistake.</summary>
    private FieldPath Locate(string text)
    {
        var path = FieldPath.Parse(text);
        var within = FieldPath.Parse($"{_about}.{text}");
        if (TypeOnTheWire(within) is not null) return within;
        var isOfTheEvent = TypeOnTheWire(path) is { } type && (path.Names[0] == _about || type.Kind is not JsonTypeInfoKind.Object && path.Names.Count == 1);
        return isOfTheEvent ? path : throw new FormatException($"\"{text}\" is no field of such an event");
    }

    private static JsonTypeInfo? TypeOnTheWire(FieldPath path)
    {
        JsonTypeInfo? type = WireJson.Wire.EventJson;
        foreach (var name in path.Names)
        {
            if (type?.Properties.FirstOrDefault(p => p.Name == name) is not { } property) return null;
            type = WireJson.Wire.GetTypeInfo(property.PropertyType);
        }
        return type;
    }

    /// <param name="Name">Theirs.</param>
    /// <param name="Text">Text of its own; null where it is a value of ours as it is.</param>
    /// <param name="Paths">That value's, or those in the text.</param>
    private sealed record Field(string Name, TextTemplate? Text, IReadOnlyList<FieldPath> Paths);
}
