using System.Buffers;

namespace Chat.Domain.Rooms;

/// <summary>A room's id: 1 to 64 characters of <c>A-Za-z0-9_-</c>, so that it can stand in destinations, routing keys and paths as it is.</summary>
public readonly record struct RoomId
{
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private RoomId(string value) => Value = value;

    public string Value { get; }

    /// <summary>A new id; ids made later sort later (UUIDv7, RFC 9562 section 5.7).</summary>
    public static RoomId New(DateTimeOffset now) => new(Guid.CreateVersion7(now).ToString());

    public static bool TryParse(string? text, out RoomId id)
    {
        id = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || text.AsSpan().ContainsAnyExcept(Allowed)) return false;
        id = new RoomId(text);
        return true;
    }

    /// <exception cref="FormatException">The text is no room id.</exception>
    public static RoomId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("A room id has 1 to 64 characters of A-Z, a-z, 0-9, _ and -.");

    public override string ToString() => Value;
}
