using Chat.Domain.Outcomes;

namespace Chat.Domain.Rooms;

/// <summary>What a room's settings have to satisfy.</summary>
public static class RoomSettingsRules
{
    /// <summary>The first thing that is wrong with the settings of a group room, or null.</summary>
    public static Refusal? Check(this RoomSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.Name)) return Refusal.Invalid("A room needs a name.");
        return TooLong("name", settings.Name, RoomSettings.MaxNameLength)
            ?? TooLong("description", settings.Description, RoomSettings.MaxDescriptionLength)
            ?? TooLong("imageUrl", settings.ImageUrl, RoomSettings.MaxImageUrlLength)
            ?? MaxMembers(settings.MaxMembers)
            ?? settings.CheckWindows()
            ?? Seconds("slowModeSeconds", settings.SlowMode, RoomSettings.LongestSlowMode);
    }

    /// <summary>The same of the settings that a direct room has too.</summary>
    public static Refusal? CheckWindows(this RoomSettings settings) =>
        Seconds("editWindowSeconds", settings.EditWindow, RoomSettings.LongestWindow) ?? Seconds("deleteWindowSeconds", settings.DeleteWindow, RoomSettings.LongestWindow);

    private static Refusal? TooLong(string field, string? text, int limit)
    {
        if (text is null) return null;
        if (text.Length > limit) return Refusal.Invalid($"{field} has {text.Length} characters; {limit} are allowed.");
        return OpaqueText.IsStorable(text) ? null : Refusal.Invalid($"{field} contains U+0000 or half of a surrogate pair.");
    }

    private static Refusal? Seconds(string field, TimeSpan value, TimeSpan longest) =>
        value >= TimeSpan.Zero && value <= longest ? null : Refusal.Invalid($"{field} is {value.TotalSeconds:0}; 0 to {longest.TotalSeconds:0} are allowed.");

    private static Refusal? MaxMembers(int value) =>
        value is >= RoomSettings.LowestMaxMembers and <= RoomSettings.HighestMaxMembers
            ? null
            : Refusal.Invalid($"maxMembers is {value}; {RoomSettings.LowestMaxMembers} to {RoomSettings.HighestMaxMembers} are allowed.");
}
