using System.Diagnostics.CodeAnalysis;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>A code that opens a private room.</summary>
/// <param name="Code">Unguessable; shown to those who may invite.</param>
/// <param name="RoomId">Which room it opens.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="ExpiresAt">From when on it opens nothing; null for never.</param>
/// <param name="UsesLeft">How often it still opens the room; null for any number.</param>
public sealed record Invite(string Code, RoomId RoomId, UserId CreatedBy, DateTimeOffset? ExpiresAt, int? UsesLeft)
{
    /// <summary>Longest time an invite can be made for.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(365);

    /// <summary>Invites that may open one room.</summary>
    public const int MostInRoom = 100;

    public const int MaxCodeLength = 64;
    public const int MaxUses = 100_000;

    public static bool IsCode([NotNullWhen(true)] string? text) => OpaqueText.IsIdentifier(text, MaxCodeLength);

    public bool Opens(RoomId room, DateTimeOffset now) =>
        RoomId == room && UsesLeft is not 0 && (ExpiresAt is not { } end || now < end);
}
