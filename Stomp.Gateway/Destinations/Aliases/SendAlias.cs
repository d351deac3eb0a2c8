using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>What a frontend calls a destination that it sends to.</summary>
/// <param name="Pattern">Its name.</param>
/// <param name="When">Fields of the body and the values by which this alias applies.</param>
/// <param name="To">Where it goes; null when it is taken, and nothing done.</param>
/// <param name="Fields">Where in the frontend's body the fields of ours are; none when the body is ours.</param>
internal sealed record SendAlias(AliasPattern Pattern, IReadOnlyList<BodyCondition> When, AliasTarget? To, IReadOnlyList<BodyField> Fields)
{
    /// <summary>Whether the body has to be JSON.</summary>
    public bool ReadsBody => When.Count > 0 || Fields.Count > 0 || To is { UsesBody: true };

    public bool Applies(JsonElement body) => When.All(condition => condition.Holds(body));

    /// <summary>The frame as the chat's own destination takes it.</summary>
    public Frame Rewrite(Frame frame, JsonElement body)
    {
        if (Fields.Count == 0) return frame;
        var json = new ArrayBufferWriter<byte>((int)frame.Body.Length);
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        foreach (var (theirs, ours) in Fields)
        {
            if (theirs.Find(body) is not { } value) continue;
            writer.WritePropertyName(ours);
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
        }
        writer.WriteEndObject();
        writer.Flush();
        return frame.WithJson(json.WrittenMemory);
    }
}

/// <summary>A field of a frontend's body that has to have a value for the alias to apply.</summary>
internal sealed record BodyCondition(FieldPath Field, string Value)
{
    public bool Holds(JsonElement body) => Field.Find(body) is { } value && (value.ValueKind is JsonValueKind.True or JsonValueKind.False
        // Settings files write these either way.
        ? string.Equals(value.GetRawText(), Value, StringComparison.OrdinalIgnoreCase)
        : Wire.Bodies.TextOf(value) == Value);
}

/// <summary>A field of a frontend's body, and ours.</summary>
internal readonly record struct BodyField(FieldPath Theirs, string Ours);

/// <summary>A SEND for the chat's own destination; none when it is taken, and nothing done.</summary>
internal readonly record struct AliasedSend(Destination? Destination, Frame Frame);
