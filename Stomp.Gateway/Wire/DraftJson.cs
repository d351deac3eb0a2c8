using System.Buffers;
using Chat.Domain.Drafts;
using Chat.Domain.Outcomes;

namespace Stomp.Gateway.Wire;

/// <summary>What I have begun to write in a room (docs/protocol.md, Drafts).</summary>
internal sealed record DraftJson(string RoomId, string Text, DateTimeOffset UpdatedAt)
{
    public static DraftJson Of(Draft draft) => new(draft.RoomId.Value, draft.Text, draft.UpdatedAt);
}

/// <summary>The body of <c>/app/rooms/{roomId}/draft</c>, and of the same by REST.</summary>
internal sealed record DraftBody(string? Text)
{
    /// <summary>The text; empty where the draft is to go.</summary>
    public static Outcome<string> Parse(ReadOnlySequence<byte> body) =>
        Bodies.Parse(body, WireJson.Wire.DraftBody).TryGet(out var draft, out var refusal) ? draft.Check() : refusal;

    public Outcome<string> Check() => Text is { } text ? text : Refusal.Invalid("The body needs the field text; an empty one clears the draft.");
}
