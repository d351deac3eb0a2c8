using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Chat.Domain.Events;
using Stomp.Gateway.Delivery;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>A room's events as one alias shows them.</summary>
/// <param name="shown">Those that are shown, by their names.</param>
internal sealed class EventShape(IReadOnlyDictionary<string, EventFields> shown) : IEventShape
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ReadOnlyMemory<byte>? Reshape(PublishedEvent published)
    {
        if (!shown.TryGetValue(published.Name, out var fields) || Read(published) is not { } json) return null;
        var body = new ArrayBufferWriter<byte>(published.Body.Length);
        using var writer = new Utf8JsonWriter(body, Options);
        fields.Write(writer, json);
        writer.Flush();
        return body.WrittenMemory;
    }

    /// <summary>Null for what is no JSON: only a stranger who publishes among the gateways sends such, and nothing of it can be shown.</summary>
    private static JsonElement? Read(PublishedEvent published)
    {
        try
        {
            return JsonElement.Parse(published.Body.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
