using Chat.Domain.Rooms;

namespace Chat.Domain.Drafts;

/// <summary>What a member has begun to write in a room and not sent. It is on all of the member's devices, and nobody else's business.</summary>
/// <param name="RoomId">In which room.</param>
/// <param name="Text">As the text of a message may be.</param>
/// <param name="UpdatedAt">When it was saved last.</param>
public sealed record Draft(RoomId RoomId, string Text, DateTimeOffset UpdatedAt);

/// <summary>Where a page of the list of drafts ended.</summary>
public readonly record struct DraftCursor(DateTimeOffset UpdatedAt, RoomId RoomId);
