using System.Text.Json.Serialization;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Stomp.Gateway.Wire;

/// <summary>A room on the wire as one member sees it (docs/protocol.md, Rooms).</summary>
internal sealed record RoomJson
{
    public required string Id { get; init; }
    public required string Kind { get; init; }

    /// <summary>Of a direct room the other person's name.</summary>
    public required string? Name { get; init; }
    public required string? Description { get; init; }
    public required string? ImageUrl { get; init; }
    public required string Visibility { get; init; }
    public required int MaxMembers { get; init; }
    public required string HistoryForNewMembers { get; init; }
    public required string HistoryForFormerMembers { get; init; }
    public required int EditWindowSeconds { get; init; }
    public required int DeleteWindowSeconds { get; init; }
    public required int SlowModeSeconds { get; init; }
    public required bool ReadOnly { get; init; }
    public required bool JoinApproval { get; init; }
    public required DateTimeOffset? ClosedAt { get; init; }
    public required string Epoch { get; init; }
    public required long HeadSeq { get; init; }
    public required int MemberCount { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required MessageJson? LastMessage { get; init; }
    public required string Role { get; init; }
    public required bool Favorite { get; init; }
    public required bool Archived { get; init; }
    public required long UnreadCount { get; init; }
    public required int MentionCount { get; init; }
    public required long LastReadSeq { get; init; }
    public required string Notifications { get; init; }

    public static RoomJson Of(RoomListing listing)
    {
        var (room, me) = (listing.Room, listing.Membership);
        return new RoomJson
        {
            Id = room.Id.Value,
            Kind = WireNames.Of(room.Kind),
            Name = listing.Peer?.Name ?? room.Settings.Name,
            Description = room.Settings.Description,
            ImageUrl = listing.Peer?.AvatarUrl ?? room.Settings.ImageUrl,
            Visibility = WireNames.Of(room.Settings.Visibility),
            MaxMembers = room.Settings.MaxMembers,
            HistoryForNewMembers = WireNames.Of(room.Settings.HistoryForNewMembers),
            HistoryForFormerMembers = WireNames.Of(room.Settings.HistoryForFormerMembers),
            EditWindowSeconds = (int)room.Settings.EditWindow.TotalSeconds,
            DeleteWindowSeconds = (int)room.Settings.DeleteWindow.TotalSeconds,
            SlowModeSeconds = (int)room.Settings.SlowMode.TotalSeconds,
            ReadOnly = room.Settings.ReadOnly,
            JoinApproval = room.Settings.JoinApproval,
            ClosedAt = room.ClosedAt,
            Epoch = room.Epoch,
            HeadSeq = room.HeadSeq,
            MemberCount = room.MemberCount,
            CreatedAt = room.CreatedAt,
            LastMessage = listing.LastMessage is { } last ? MessageJson.Of(last) : null,
            Role = WireNames.Of(me.Role),
            Favorite = me.Favorite,
            Archived = me.Archived,
            UnreadCount = listing.UnreadCount,
            MentionCount = listing.MentionCount,
            LastReadSeq = me.LastReadSeq,
            Notifications = WireNames.Of(me.Notifications),
        };
    }
}

/// <summary>A room in an event, the same for everybody: without what it is to one member, and without numbers that each event changes.</summary>
internal sealed record RoomSettingsJson
{
    public required string Id { get; init; }
    public required string Kind { get; init; }
    public required string? Name { get; init; }
    public required string? Description { get; init; }
    public required string? ImageUrl { get; init; }
    public required string Visibility { get; init; }
    public required int MaxMembers { get; init; }
    public required string HistoryForNewMembers { get; init; }
    public required string HistoryForFormerMembers { get; init; }
    public required int EditWindowSeconds { get; init; }
    public required int DeleteWindowSeconds { get; init; }
    public required int SlowModeSeconds { get; init; }
    public required bool ReadOnly { get; init; }
    public required bool JoinApproval { get; init; }
    public required DateTimeOffset? ClosedAt { get; init; }

    public static RoomSettingsJson Of(Room room) => new()
    {
        Id = room.Id.Value,
        Kind = WireNames.Of(room.Kind),
        Name = room.Settings.Name,
        Description = room.Settings.Description,
        ImageUrl = room.Settings.ImageUrl,
        Visibility = WireNames.Of(room.Settings.Visibility),
        MaxMembers = room.Settings.MaxMembers,
        HistoryForNewMembers = WireNames.Of(room.Settings.HistoryForNewMembers),
        HistoryForFormerMembers = WireNames.Of(room.Settings.HistoryForFormerMembers),
        EditWindowSeconds = (int)room.Settings.EditWindow.TotalSeconds,
        DeleteWindowSeconds = (int)room.Settings.DeleteWindow.TotalSeconds,
        SlowModeSeconds = (int)room.Settings.SlowMode.TotalSeconds,
        ReadOnly = room.Settings.ReadOnly,
        JoinApproval = room.Settings.JoinApproval,
        ClosedAt = room.ClosedAt,
    };
}

/// <summary>A public room as a stranger sees it.</summary>
internal sealed record PublicRoomJson(string Id, string? Name, string? Description, string? ImageUrl, int MemberCount, int MaxMembers)
{
    public static PublicRoomJson Of(Room room) =>
        new(room.Id.Value, room.Settings.Name, room.Settings.Description, room.Settings.ImageUrl, room.MemberCount, room.Settings.MaxMembers);
}

/// <summary>A member on the wire.</summary>
internal sealed record MemberJson
{
    public required string UserId { get; init; }
    public required string Name { get; init; }
    public required string? AvatarUrl { get; init; }
    public required string Role { get; init; }
    public required DateTimeOffset JoinedAt { get; init; }
    public required DateTimeOffset? MutedUntil { get; init; }
    public required long LastReadSeq { get; init; }

    /// <summary>In lists of members, whether one is connected; an event says nothing of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Online { get; init; }

    /// <summary>When one was last active; left out while one is, and where it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastSeenAt { get; init; }

    public static MemberJson Of(PresentMember present) => Of(present.Member) with
    {
        Online = present.Presence.IsConnected,
        LastSeenAt = present.Presence.LastSeenAt,
    };

    public static MemberJson Of(Member member) => new()
    {
        UserId = member.Profile.Id.Value,
        Name = member.Profile.Name,
        AvatarUrl = member.Profile.AvatarUrl,
        Role = WireNames.Of(member.Membership.Role),
        JoinedAt = member.Membership.JoinedAt,
        MutedUntil = member.Membership.MutedUntil,
        LastReadSeq = member.Membership.LastReadSeq,
    };
}

/// <summary>An invite as those see it who may invite.</summary>
internal sealed record InviteJson(string Code, DateTimeOffset? ExpiresAt, int? UsesLeft, string CreatedBy)
{
    public static InviteJson Of(Invite invite) => new(invite.Code, invite.ExpiresAt, invite.UsesLeft, invite.CreatedBy.Value);
}

/// <summary>The answer to somebody who joins where a moderator has to say yes first.</summary>
internal sealed record JoinRequestedJson(string Status)
{
    public static readonly JoinRequestedJson Requested = new("requested");
}

/// <summary>Somebody who has asked to join, as moderators see it.</summary>
internal sealed record JoinRequestJson(string UserId, string Name, string? AvatarUrl, DateTimeOffset RequestedAt)
{
    public static JoinRequestJson Of(JoinRequest request) => new(request.Profile.Id.Value, request.Profile.Name, request.Profile.AvatarUrl, request.At);
}

/// <summary>Somebody who is banned, as moderators see it.</summary>
internal sealed record BanJson(string UserId, string Name, string? AvatarUrl, string BannedBy, DateTimeOffset BannedAt)
{
    public static BanJson Of(Ban ban) => new(ban.Profile.Id.Value, ban.Profile.Name, ban.Profile.AvatarUrl, ban.By.Value, ban.At);
}

/// <summary>Somebody whom I have blocked.</summary>
internal sealed record BlockJson(string UserId, string Name, string? AvatarUrl, DateTimeOffset BlockedAt)
{
    public static BlockJson Of(Block block) => new(block.Profile.Id.Value, block.Profile.Name, block.Profile.AvatarUrl, block.At);
}
