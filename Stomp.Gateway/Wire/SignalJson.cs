using System.Text.Json.Serialization;
using Chat.Domain.Events;

namespace Stomp.Gateway.Wire;

/// <summary>Something passing about one user in a room (docs/protocol.md, Signals).</summary>
/// <param name="Signal"><c>typing</c>, <c>presence</c> or <c>read</c>.</param>
/// <param name="RoomId">Which room.</param>
/// <param name="UserId">Whom it is about.</param>
internal sealed record SignalJson(string Signal, string RoomId, string UserId)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? On { get; init; }

    /// <summary><c>online</c>, <c>away</c> or <c>offline</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastSeenAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Seq { get; init; }

    public static SignalJson Of(RoomSignal signal)
    {
        var (room, user) = (signal.RoomId.Value, signal.UserId.Value);
        return signal switch
        {
            TypingSignal typing => new SignalJson("typing", room, user) { On = typing.On },
            PresenceSignal { Presence: var presence } => new SignalJson("presence", room, user) { State = WireNames.Of(presence.State), LastSeenAt = presence.LastSeenAt },
            ReadPositionSignal position => new SignalJson("read", room, user) { Seq = position.Seq },
            _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "No form is known for this kind of signal."),
        };
    }
}
