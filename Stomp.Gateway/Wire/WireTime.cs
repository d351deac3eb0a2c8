using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stomp.Gateway.Wire;

/// <summary>Times as RFC 3339 in UTC with exactly three digits of a second: <c>2026-11-22T07:00:00.123Z</c>.</summary>
internal sealed class WireTime : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[Format.Length];
        value.UtcDateTime.TryFormat(text, out var length, Format);
        writer.WriteStringValue(text[..length]);
    }
}
