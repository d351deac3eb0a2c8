using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Presence;
using Chat.Domain.Rooms;

namespace Stomp.Gateway.Wire;

/// <summary>The words that stand on the wire for the domain's closed lists. Fixed: clients compare them.</summary>
internal static class WireNames
{
    public static string Of(MessageType type) => type switch
    {
        MessageType.Text => "TEXT",
        MessageType.Image => "IMAGE",
        MessageType.File => "FILE",
        MessageType.System => "SYSTEM",
        MessageType.Thread => "THREAD",
        MessageType.Temp => "TEMP",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, message: null),
    };

    public static string Of(RoomKind kind) => kind is RoomKind.Direct ? "direct" : "group";

    public static string Of(RoomVisibility visibility) => visibility is RoomVisibility.Public ? "public" : "private";

    public static string Of(HistoryForNewMembers history) => history is HistoryForNewMembers.All ? "all" : "sinceJoined";

    public static string Of(HistoryForFormerMembers history) => history is HistoryForFormerMembers.None ? "none" : "untilLeft";

    public static string Of(MemberRole role) => role switch
    {
        MemberRole.Owner => "owner",
        MemberRole.Moderator => "moderator",
        _ => "member",
    };

    public static string Of(NotificationLevel level) => level switch
    {
        NotificationLevel.All => "all",
        NotificationLevel.Mentions => "mentions",
        _ => "none",
    };

    public static string Of(PresenceState state) => state switch
    {
        PresenceState.Online => "online",
        PresenceState.Away => "away",
        _ => "offline",
    };

    public static string Of(RefusalCode code) => code switch
    {
        RefusalCode.Unauthenticated => "unauthenticated",
        RefusalCode.Forbidden => "forbidden",
        RefusalCode.NotFound => "not_found",
        RefusalCode.NotMember => "not_member",
        RefusalCode.RoomFull => "room_full",
        RefusalCode.Muted => "muted",
        RefusalCode.Banned => "banned",
        RefusalCode.RateLimited => "rate_limited",
        RefusalCode.TooLarge => "too_large",
        RefusalCode.Invalid => "invalid",
        RefusalCode.EditWindowClosed => "edit_window_closed",
        RefusalCode.Conflict => "conflict",
        RefusalCode.Infected => "infected",
        RefusalCode.Unavailable => "unavailable",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, message: null),
    };

    /// <summary>Reads a word of a closed list; null where there is none.</summary>
    public static bool TryRead(string? word, out RoomVisibility? value) => TryRead(word, Of, out value);

    /// <inheritdoc cref="TryRead(string?, out RoomVisibility?)"/>
    public static bool TryRead(string? word, out HistoryForNewMembers? value) => TryRead(word, Of, out value);

    /// <inheritdoc cref="TryRead(string?, out RoomVisibility?)"/>
    public static bool TryRead(string? word, out MessageType? value) => TryRead(word, Of, out value);

    /// <inheritdoc cref="TryRead(string?, out RoomVisibility?)"/>
    public static bool TryRead(string? word, out HistoryForFormerMembers? value) => TryRead(word, Of, out value);

    /// <inheritdoc cref="TryRead(string?, out RoomVisibility?)"/>
    public static bool TryRead(string? word, out MemberRole? value) => TryRead(word, Of, out value);

    /// <inheritdoc cref="TryRead(string?, out RoomVisibility?)"/>
    public static bool TryRead(string? word, out NotificationLevel? value) => TryRead(word, Of, out value);

    private static bool TryRead<T>(string? word, Func<T, string> nameOf, out T? value) where T : struct, Enum
    {
        value = null;
        if (word is null) return true;
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (nameOf(candidate) != word) continue;
            value = candidate;
            return true;
        }
        return false;
    }
}
