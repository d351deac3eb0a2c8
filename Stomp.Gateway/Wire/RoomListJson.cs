using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stomp.Gateway.Wire;

/// <summary>A change of a room list, as <c>/user/queue/rooms</c> tells it (docs/protocol.md, Room list).</summary>
/// <param name="Change"><c>message</c>, <c>read</c>, <c>joined</c>, <c>updated</c> or <c>removed</c>.</param>
/// <param name="RoomId">Which room.</param>
internal sealed record RoomChangeJson(string Change, string RoomId)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LastReadSeq { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UnreadCount { get; init; }

    /// <summary>How many of the unread messages mention the user.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MentionCount { get; init; }

    /// <summary>The event of the new message, or of the room's new settings, octet for octet as the room's subscribers get it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(RawJson))]
    public ReadOnlyMemory<byte>? Event { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RoomJson? Room { get; init; }
}

/// <summary>What <c>/app/rooms/{roomId}</c> answers: all that is needed to show a room and go on from <paramref name="HeadSeq"/>.</summary>
internal sealed record RoomSnapshotJson(
    RoomJson Room, IReadOnlyList<MemberJson> Members, IReadOnlyList<MessageJson> Pins, IReadOnlyList<MessageJson> Messages, long HeadSeq, string Epoch);

/// <summary>A page of a list.</summary>
/// <param name="Items">The page.</param>
/// <param name="Next">The cursor of the page behind it; null at the end.</param>
internal sealed record ListJson<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Writes JSON that is there already.</summary>
internal sealed class RawJson : JsonConverter<ReadOnlyMemory<byte>?>
{
    public override ReadOnlyMemory<byte>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Raw JSON is only written.");

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte>? value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value!.Value.Span, skipInputValidation: true);
}
