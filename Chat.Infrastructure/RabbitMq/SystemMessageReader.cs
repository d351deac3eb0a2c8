using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// Reads what services put into <c>chat.system</c>: the message's fields as a JSON object, or the same within MassTransit's envelope (MassTransit,
/// "Message Serialization"), in which they are <c>message</c> and its .NET types <c>messageType</c>. The body says which it is; no header is needed.
/// </summary>
internal static class SystemMessageReader
{
    /// <summary>Longer ones are no message of ours: text and data have a length.</summary>
    public const int MaxBody = 1024 * 1024;

    /// <summary>The end of a type's name: <c>urn:message:{namespace}:PublishSystemMessage</c>.</summary>
    private const string MassTransitType = ":PublishSystemMessage";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 18 };

    // As everywhere: letters of every script as themselves.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Outcome<SystemMessage> Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBody) return new Refusal(RefusalCode.TooLarge, $"The body has {body.Length} octets; {MaxBody} are allowed.");
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            return document.RootElement.ValueKind is JsonValueKind.Object ? Read(document.RootElement) : Refusal.Invalid("The body is not one JSON object.");
        }
        catch (JsonException)
        {
            return Refusal.Invalid("The body is not one JSON object.");
        }
        catch (InvalidOperationException)
        {
            return Refusal.Invalid("The body has a string that is not Unicode text.");
        }
    }

    private static Outcome<SystemMessage> Read(JsonElement root)
    {
        if (Find(root, "messageType") is { ValueKind: JsonValueKind.Array } types)
        {
            if (!types.EnumerateArray().Any(type => type.ValueKind is JsonValueKind.String && type.GetString()!.EndsWith(MassTransitType, StringComparison.Ordinal)))
                return Refusal.Invalid("The MassTransit message is not of the type PublishSystemMessage.");
            if (Find(root, "message") is not { ValueKind: JsonValueKind.Object } message) return Refusal.Invalid("The MassTransit envelope has no message.");
            root = message;
        }
        if (!RoomId.TryParse(Text(root, "roomId"), out var room)) return Refusal.NotFound("There is no such room.");
        return Find(root, "data") switch
        {
            null or { ValueKind: JsonValueKind.Null } => new SystemMessage(Text(root, "idempotencyKey"), room, Text(root, "text") ?? "", Data: null),
            { ValueKind: JsonValueKind.Object } data => new SystemMessage(Text(root, "idempotencyKey"), room, Text(root, "text") ?? "", Write(data)),
            _ => Refusal.Invalid("data must be a JSON object."),
        };
    }

    /// <summary>Serializers differ in how they write names.</summary>
    private static JsonElement? Find(JsonElement parent, string name)
    {
        foreach (var property in parent.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)) return property.Value;
        }
        return null;
    }

    private static string? Text(JsonElement parent, string name) => Find(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static string Write(JsonElement data)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(octets, Compact)) data.WriteTo(writer);
        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }
}
