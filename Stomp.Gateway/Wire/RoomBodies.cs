using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Stomp.Gateway.Wire;

/// <summary>
/// A room's settings, as <c>POST /rooms</c> and <c>PATCH /rooms/{id}</c> take them. What is not given stays as it is, or has its default; null takes the
/// description and the picture away, and of all others is as if it were not there.
/// </summary>
internal class RoomSettingsBody
{
    private bool _hasDescription;
    private bool _hasImageUrl;

    public string? Name { get; set; }

    public string? Description
    {
        get;
        set => (field, _hasDescription) = (value, true);
    }

    public string? ImageUrl
    {
        get;
        set => (field, _hasImageUrl) = (value, true);
    }

    public string? Visibility { get; set; }
    public int? MaxMembers { get; set; }
    public string? HistoryForNewMembers { get; set; }
    public string? HistoryForFormerMembers { get; set; }
    public int? EditWindowSeconds { get; set; }
    public int? DeleteWindowSeconds { get; set; }
    public int? SlowModeSeconds { get; set; }
    public bool? ReadOnly { get; set; }
    public bool? JoinApproval { get; set; }

    /// <summary>What makes the wanted settings of those that are there.</summary>
    public Outcome<Func<RoomSettings, RoomSettings>> Read()
    {
        if (!WireNames.TryRead(Visibility, out RoomVisibility? visibility)) return Refusal.Invalid("visibility must be public or private.");
        if (!WireNames.TryRead(HistoryForNewMembers, out HistoryForNewMembers? forNew)) return Refusal.Invalid("historyForNewMembers must be all or sinceJoined.");
        if (!WireNames.TryRead(HistoryForFormerMembers, out HistoryForFormerMembers? forFormer)) return Refusal.Invalid("historyForFormerMembers must be none or untilLeft.");
        Func<RoomSettings, RoomSettings> change = present => present with
        {
            Name = Name ?? present.Name,
            Description = _hasDescription ? Description : present.Description,
            ImageUrl = _hasImageUrl ? ImageUrl : present.ImageUrl,
            Visibility = visibility ?? present.Visibility,
            MaxMembers = MaxMembers ?? present.MaxMembers,
            HistoryForNewMembers = forNew ?? present.HistoryForNewMembers,
            HistoryForFormerMembers = forFormer ?? present.HistoryForFormerMembers,
            EditWindow = Seconds(EditWindowSeconds) ?? present.EditWindow,
            DeleteWindow = Seconds(DeleteWindowSeconds) ?? present.DeleteWindow,
            SlowMode = Seconds(SlowModeSeconds) ?? present.SlowMode,
            ReadOnly = ReadOnly ?? present.ReadOnly,
            JoinApproval = JoinApproval ?? present.JoinApproval,
        };
        return change;
    }

    private static TimeSpan? Seconds(int? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : null;
}

/// <summary>The body of <c>POST /rooms</c>.</summary>
internal sealed class CreateRoomBody : RoomSettingsBody
{
    public string? Kind { get; set; }
    public IReadOnlyList<string>? MemberIds { get; set; }

    /// <summary>The room's settings, with the default for each that is not given.</summary>
    public Outcome<RoomSettings> ReadSettings()
    {
        if (Kind is not (null or "group")) return Refusal.Invalid("kind must be group; a direct room is opened by POST /rooms/direct.");
        return Read().TryGet(out var change, out var refusal) ? change(new RoomSettings()) : refusal;
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

/// <summary>The body of <c>PATCH /rooms/{id}/members/{userId}</c>. A <c>mutedUntil</c> of null lifts the mute.</summary>
internal sealed class MemberBody
{
    private bool _setsMute;

    public string? Role { get; set; }

    public DateTimeOffset? MutedUntil
    {
        get;
        set => (field, _setsMute) = (value, true);
    }

    public Outcome<MemberChange> Read() => WireNames.TryRead(Role, out MemberRole? role)
        ? new MemberChange(role, _setsMute, MutedUntil)
        : Refusal.Invalid("role must be owner, moderator or member.");
}

/// <summary>The body of <c>PUT /rooms/{id}/notifications</c>.</summary>
internal sealed record NotificationsBody(string? Level)
{
    public Outcome<NotificationLevel> Read() => WireNames.TryRead(Level, out NotificationLevel? level) && level is { } read
        ? read
        : Refusal.Invalid("level must be all, mentions or none.");
}
