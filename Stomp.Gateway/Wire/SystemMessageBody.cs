using System.Buffers;
using System.Text;
using System.Text.Json;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;

namespace Stomp.Gateway.Wire;

/// <summary>The body of <c>POST /system-messages</c> and of SEND to <c>/queue/chat.system</c>.</summary>
internal sealed record SystemMessageBody
{
    public string? IdempotencyKey { get; init; }
    public string? RoomId { get; init; }
    public string? Text { get; init; }
    public JsonElement? Data { get; init; }

    public static Outcome<SystemMessage> Parse(ReadOnlySequence<byte> body) =>
        Bodies.Parse(body, WireJson.Wire.SystemMessageBody).TryGet(out var read, out var refusal) ? read.ToMessage() : refusal;

    public Outcome<SystemMessage> ToMessage()
    {
        if (!Chat.Domain.Rooms.RoomId.TryParse(RoomId, out var room)) return Refusal.NotFound("There is no such room.");
        return ReadData(Data).TryGet(out var data, out var refusal) ? new SystemMessage(IdempotencyKey, room, Text ?? "", data.Length == 0 ? null : data) : refusal;
    }

    /// <summary>The data as compact JSON; empty when there is none.</summary>
    public static Outcome<string> ReadData(JsonElement? given)
    {
        if (given is not { ValueKind: not JsonValueKind.Null } data) return "";
        if (data.ValueKind is not JsonValueKind.Object) return Refusal.Invalid("data must be a JSON object.");
        try
        {
            return Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(data, WireJson.Wire.JsonElement));
        }
        catch (InvalidOperationException)
        {
            return Refusal.Invalid("data has a string that is not Unicode text.");
        }
    }
}
