using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Chat.Domain.Outcomes;

namespace Stomp.Gateway.Wire;

/// <summary>Reads what clients send.</summary>
internal static class Bodies
{
    /// <summary>No body of ours is half as deep.</summary>
    private const int MaxDepth = 16;

    /// <summary>Reads a JSON object; what is not one, or has a field of the wrong type, is refused with a sentence that says where.</summary>
    public static Outcome<T> Parse<T>(ReadOnlySequence<byte> body, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
            var value = JsonSerializer.Deserialize(ref reader, type);
            return value is null || reader.Read() ? NotAnObject : value;
        }
        catch (JsonException e)
        {
            return Refusal.Invalid(e.Path is { Length: > 1 } path ? $"The body's field {path[2..]} has the wrong type." : "The body is not a JSON object.");
        }
        catch (InvalidOperationException)
        {
            // A string with half of a surrogate pair cannot be made text.
            return Refusal.Invalid("The body has a string that is not Unicode text.");
        }
    }

    /// <summary>The same where the names of the fields are somebody else's.</summary>
    public static Outcome<JsonElement> ParseObject(ReadOnlySequence<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
            var value = JsonElement.ParseValue(ref reader);
            return value.ValueKind is not JsonValueKind.Object || reader.Read() ? NotAnObject : value;
        }
        catch (JsonException)
        {
            return NotAnObject;
        }
    }

    /// <summary>What a string says, or a number as it stands there; null for every other kind, and for a string that is not Unicode text.</summary>
    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static readonly Refusal NotAnObject = Refusal.Invalid("The body is not one JSON object.");
}

/// <summary>The body of an edit, by SEND or by REST.</summary>
internal sealed record EditBody(string? Text)
{
    /// <summary>The new text.</summary>
    public static Outcome<string> Parse(ReadOnlySequence<byte> body) =>
        Bodies.Parse(body, WireJson.Wire.EditBody).TryGet(out var edit, out var refusal) ? edit.Text ?? "" : refusal;
}

/// <summary>The body of <c>/app/rooms/{roomId}/messages/{messageId}/reactions</c>.</summary>
internal sealed record ReactionBody(string? Emoji, string? Op)
{
    /// <summary>Which emoji, and whether it is to be there.</summary>
    public static Outcome<(string Emoji, bool IsOn)> Parse(ReadOnlySequence<byte> body)
    {
        if (!Bodies.Parse(body, WireJson.Wire.ReactionBody).TryGet(out var reaction, out var refusal)) return refusal;
        return reaction.Op is "add" or "remove" ? (reaction.Emoji ?? "", reaction.Op == "add") : Refusal.Invalid("op must be add or remove.");
    }
}

/// <summary>The body of <c>/app/rooms/{roomId}/read</c> and <c>…/unread</c>, and of the same by REST.</summary>
internal sealed record ReadBody(long? Seq)
{
    /// <summary>The number.</summary>
    public static Outcome<long> Parse(ReadOnlySequence<byte> body) =>
        Bodies.Parse(body, WireJson.Wire.ReadBody).TryGet(out var read, out var refusal) ? read.Check() : refusal;

    public Outcome<long> Check() => Seq is { } seq ? seq : Refusal.Invalid("The body needs the field seq.");
}

/// <summary>The body of <c>/app/rooms/{roomId}/typing</c>.</summary>
internal sealed record TypingBody(bool? On)
{
    public static Outcome<bool> Parse(ReadOnlySequence<byte> body)
    {
        if (!Bodies.Parse(body, WireJson.Wire.TypingBody).TryGet(out var typing, out var refusal)) return refusal;
        return typing.On is { } on ? on : Refusal.Invalid("The body needs the field on, true or false.");
    }
}

/// <summary>The body of <c>/app/presence</c>.</summary>
internal sealed record PresenceBody(string? State)
{
    /// <summary>Whether the user is away.</summary>
    public static Outcome<bool> Parse(ReadOnlySequence<byte> body)
    {
        if (!Bodies.Parse(body, WireJson.Wire.PresenceBody).TryGet(out var presence, out var refusal)) return refusal;
        return presence.State switch
        {
            "away" => true,
            "online" => false,
            _ => Refusal.Invalid("state must be online or away."),
        };
    }
}

/// <summary>The body of <c>POST /admin/revocations</c>.</summary>
internal sealed record RevocationBody(string? Jti, string? UserId, DateTimeOffset? IssuedBefore);

/// <summary>The body of <c>/app/session/refresh</c>.</summary>
internal sealed record RefreshBody(string? Token)
{
    /// <summary>The new token.</summary>
    public static Outcome<string> Parse(ReadOnlySequence<byte> body)
    {
        if (!Bodies.Parse(body, WireJson.Wire.RefreshBody).TryGet(out var refresh, out var refusal)) return refusal;
        return string.IsNullOrEmpty(refresh.Token) ? Refusal.Invalid("The body needs the field token.") : refresh.Token;
    }
}
