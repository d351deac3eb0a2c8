using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

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

/// <summary>The body of <c>/app/rooms/{roomId}/read</c>.</summary>
internal sealed record ReadBody(long? Seq)
{
    /// <summary>The number read up to.</summary>
    public static Outcome<long> Parse(ReadOnlySequence<byte> body)
    {
        if (!Bodies.Parse(body, WireJson.Wire.ReadBody).TryGet(out var read, out var refusal)) return refusal;
        return read.Seq is { } seq ? seq : Refusal.Invalid("The body needs the field seq.");
    }
}

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

/// <summary>The body of <c>POST /rooms</c>.</summary>
internal sealed record CreateRoomBody
{
    public string? Kind { get; init; }
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? ImageUrl { get; init; }
    public string? Visibility { get; init; }
    public int? MaxMembers { get; init; }
    public string? HistoryForNewMembers { get; init; }
    public string? HistoryForFormerMembers { get; init; }
    public IReadOnlyList<string>? MemberIds { get; init; }

    /// <summary>The room's settings, with the default for each that is not given.</summary>
    public Outcome<RoomSettings> ReadSettings()
    {
        var settings = new RoomSettings { Name = Name, Description = Description, ImageUrl = ImageUrl };
        if (Kind is not (null or "group")) return Refusal.Invalid("kind must be group; a direct room is opened by POST /rooms/direct.");
        if (!WireNames.TryRead(Visibility, settings.Visibility, out var visibility)) return Refusal.Invalid("visibility must be public or private.");
        if (!WireNames.TryRead(HistoryForNewMembers, settings.HistoryForNewMembers, out var forNew)) return Refusal.Invalid("historyForNewMembers must be all or sinceJoined.");
        if (!WireNames.TryRead(HistoryForFormerMembers, settings.HistoryForFormerMembers, out var forFormer)) return Refusal.Invalid("historyForFormerMembers must be none or untilLeft.");
        return settings with
        {
            Visibility = visibility,
            HistoryForNewMembers = forNew,
            HistoryForFormerMembers = forFormer,
            MaxMembers = MaxMembers ?? settings.MaxMembers,
        };
    }

    /// <summary>Who is a member from the start.</summary>
    public Outcome<IReadOnlyCollection<UserId>> ReadMembers()
    {
        var members = new List<UserId>();
        foreach (var text in MemberIds ?? [])
        {
            if (!UserId.TryParse(text, out var id)) return Refusal.Invalid("memberIds has one that is no user id: 1 to 64 characters, none of them a control character.");
            members.Add(id);
        }
        return members;
    }
}

/// <summary>The body of <c>POST /rooms/direct</c>.</summary>
internal sealed record DirectRoomBody(string? UserId);

/// <summary>The body of <c>POST /rooms/{id}/join</c>.</summary>
internal sealed record JoinBody(string? InviteCode);

/// <summary>The body of <c>POST /rooms/{id}/invites</c>.</summary>
internal sealed record InviteBody(int? ExpiresInSeconds, int? MaxUses);
