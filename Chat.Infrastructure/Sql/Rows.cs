using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Infrastructure.Sql;

/// <summary>How values of the domain stand in columns: enumerations by their names in lower case, times in milliseconds since 1970 (UTC).</summary>
internal static class Columns
{
    public static string Of<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static T Parse<T>(string text) where T : struct, Enum => Enum.Parse<T>(text, ignoreCase: true);

    public static long Of(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static long? Of(DateTimeOffset? time) => time is { } known ? Of(known) : null;

    public static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } known ? Time(known) : null;

    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

internal sealed class RoomRow
{
    /// <summary>The columns of a room, from the table named <c>r</c>.</summary>
    public const string Columns = """
        r.id as Id, r.kind as Kind, r.name as Name, r.description as Description, r.image_url as ImageUrl, r.visibility as Visibility,
        r.max_members as MaxMembers, r.history_for_new_members as HistoryForNewMembers, r.history_for_former_members as HistoryForFormerMembers,
        r.epoch as Epoch, r.head_seq as HeadSeq, r.first_seq as FirstSeq, r.message_count as MessageCount, r.member_count as MemberCount,
        r.created_at as CreatedAt, r.last_activity_at as LastActivityAt, r.edit_window_seconds as EditWindowSeconds,
        r.delete_window_seconds as DeleteWindowSeconds, r.slow_mode_seconds as SlowModeSeconds, r.read_only as ReadOnly, r.join_approval as JoinApproval,
        r.pinned_count as PinnedCount, r.closed_at as ClosedAt
        """;

    public string Id { get; init; } = "";
    public string Kind { get; init; } = "";
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? ImageUrl { get; init; }
    public string Visibility { get; init; } = "";
    public long MaxMembers { get; init; }
    public string HistoryForNewMembers { get; init; } = "";
    public string HistoryForFormerMembers { get; init; } = "";
    public string Epoch { get; init; } = "";
    public long HeadSeq { get; init; }
    public long FirstSeq { get; init; }
    public long MessageCount { get; init; }
    public long MemberCount { get; init; }
    public long CreatedAt { get; init; }
    public long LastActivityAt { get; init; }
    public long EditWindowSeconds { get; init; }
    public long DeleteWindowSeconds { get; init; }
    public long SlowModeSeconds { get; init; }
    public long ReadOnly { get; init; }
    public long JoinApproval { get; init; }
    public long PinnedCount { get; init; }
    public long? ClosedAt { get; init; }

    public Room ToRoom() => new()
    {
        Id = RoomId.Parse(Id),
        Kind = Sql.Columns.Parse<RoomKind>(Kind),
        Settings = new RoomSettings
        {
            Name = Name,
            Description = Description,
            ImageUrl = ImageUrl,
            Visibility = Sql.Columns.Parse<RoomVisibility>(Visibility),
            MaxMembers = (int)MaxMembers,
            HistoryForNewMembers = Sql.Columns.Parse<HistoryForNewMembers>(HistoryForNewMembers),
            HistoryForFormerMembers = Sql.Columns.Parse<HistoryForFormerMembers>(HistoryForFormerMembers),
            EditWindow = TimeSpan.FromSeconds(EditWindowSeconds),
            DeleteWindow = TimeSpan.FromSeconds(DeleteWindowSeconds),
            SlowMode = TimeSpan.FromSeconds(SlowModeSeconds),
            ReadOnly = ReadOnly != 0,
            JoinApproval = JoinApproval != 0,
        },
        Epoch = Epoch,
        HeadSeq = HeadSeq,
        FirstSeq = FirstSeq,
        MessageCount = MessageCount,
        MemberCount = (int)MemberCount,
        CreatedAt = Sql.Columns.Time(CreatedAt),
        LastActivityAt = Sql.Columns.Time(LastActivityAt),
        PinnedCount = (int)PinnedCount,
        ClosedAt = Sql.Columns.Time(ClosedAt),
    };
}

internal sealed class MembershipRow
{
    /// <summary>The columns of a membership, from the table named <c>m</c>.</summary>
    public const string Columns = """
        m.room_id as RoomId, m.user_id as UserId, m.role as Role, m.joined_at as JoinedAt, m.joined_seq as JoinedSeq, m.last_read_seq as LastReadSeq,
        m.read_count as ReadCount, m.left_seq as LeftSeq, m.muted_until as MutedUntil, m.last_posted_at as LastPostedAt, m.favorite as Favorite,
        m.archived as Archived, m.notifications as Notifications
        """;

    public string RoomId { get; init; } = "";
    public string UserId { get; init; } = "";
    public string Role { get; init; } = "";
    public long JoinedAt { get; init; }
    public long JoinedSeq { get; init; }
    public long LastReadSeq { get; init; }
    public long ReadCount { get; init; }
    public long? LeftSeq { get; init; }
    public long? MutedUntil { get; init; }
    public long? LastPostedAt { get; init; }
    public long Favorite { get; init; }
    public long Archived { get; init; }
    public string Notifications { get; init; } = "";

    public Membership ToMembership() => new()
    {
        RoomId = Domain.Rooms.RoomId.Parse(RoomId),
        UserId = Domain.Users.UserId.Parse(UserId),
        Role = Sql.Columns.Parse<MemberRole>(Role),
        JoinedAt = Sql.Columns.Time(JoinedAt),
        JoinedSeq = JoinedSeq,
        LastReadSeq = LastReadSeq,
        ReadCount = ReadCount,
        LeftSeq = LeftSeq,
        MutedUntil = Sql.Columns.Time(MutedUntil),
        LastPostedAt = Sql.Columns.Time(LastPostedAt),
        Favorite = Favorite != 0,
        Archived = Archived != 0,
        Notifications = Sql.Columns.Parse<NotificationLevel>(Notifications),
    };
}

internal sealed class ProfileRow
{
    /// <summary>The columns of a profile, from the table named <c>u</c>, which may have no row for a user that was never seen.</summary>
    public const string Columns = "u.id as ProfileId, u.name as ProfileName, u.avatar_url as AvatarUrl";

    public string? ProfileId { get; init; }
    public string? ProfileName { get; init; }
    public string? AvatarUrl { get; init; }
}

internal static class ProfileRows
{
    /// <summary>The profile; Dapper gives null for a user without a row, who is shown by the id.</summary>
    public static UserProfile ToProfile(this ProfileRow? row, UserId user) => new(user, row?.ProfileName ?? user.Value, row?.AvatarUrl);
}

internal sealed class MessageRow
{
    /// <summary>The columns of a message, from the table named <c>g</c>.</summary>
    public const string Columns = """
        g.room_id as RoomId, g.seq as Seq, g.id as Id, g.rev as Rev, g.ordinal as Ordinal, g.type as Type, g.sender_id as SenderId, g.body as Body,
        g.client_message_id as ClientMessageId, g.created_at as CreatedAt, g.thread_root_id as ThreadRootId, g.reply_count as ReplyCount,
        g.last_reply_at as LastReplyAt, g.mentions as Mentions, g.mentions_all as MentionsAll, g.reactions as Reactions, g.pinned_at as PinnedAt,
        g.edited_at as EditedAt, g.deleted_at as DeletedAt, g.expires_at as ExpiresAt, g.burn_seconds as BurnSeconds, g.quote as Quote,
        g.forwarded as Forwarded, g.data as Data
        """;

    public string RoomId { get; init; } = "";
    public long Seq { get; init; }
    public string Id { get; init; } = "";
    public long Rev { get; init; }
    public long Ordinal { get; init; }
    public string Type { get; init; } = "";
    public string SenderId { get; init; } = "";
    public string? Body { get; init; }
    public string? ClientMessageId { get; init; }
    public long CreatedAt { get; init; }
    public string? ThreadRootId { get; init; }
    public long ReplyCount { get; init; }
    public long? LastReplyAt { get; init; }
    public string? Mentions { get; init; }
    public long MentionsAll { get; init; }
    public string? Reactions { get; init; }
    public long? PinnedAt { get; init; }
    public long? EditedAt { get; init; }
    public long? DeletedAt { get; init; }
    public long? ExpiresAt { get; init; }
    public long? BurnSeconds { get; init; }
    public string? Quote { get; init; }
    public string? Forwarded { get; init; }
    public string? Data { get; init; }

    public Message ToMessage(UserProfile sender) => new()
    {
        Id = new MessageId(Guid.Parse(Id)),
        RoomId = Domain.Rooms.RoomId.Parse(RoomId),
        Seq = Seq,
        Rev = Rev,
        Ordinal = Ordinal,
        Type = Sql.Columns.Parse<MessageType>(Type),
        Sender = sender,
        Text = Body,
        CreatedAt = Sql.Columns.Time(CreatedAt),
        ClientMessageId = ClientMessageId,
        ThreadRootId = ThreadRootId is null ? null : new MessageId(Guid.Parse(ThreadRootId)),
        ReplyCount = (int)ReplyCount,
        LastReplyAt = Sql.Columns.Time(LastReplyAt),
        Mentions = MessageDetails.ReadMentions(Mentions),
        MentionsAll = MentionsAll != 0,
        Reactions = MessageDetails.ReadReactions(Reactions),
        PinnedAt = Sql.Columns.Time(PinnedAt),
        EditedAt = Sql.Columns.Time(EditedAt),
        DeletedAt = Sql.Columns.Time(DeletedAt),
        ExpiresAt = Sql.Columns.Time(ExpiresAt),
        BurnAfterRead = BurnSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Quote = MessageDetails.ReadQuote(Quote),
        Forwarded = MessageDetails.ReadQuote(Forwarded),
        Data = Data,
    };
}

internal sealed class EventRow
{
    public long Seq { get; init; }
    public string Event { get; init; } = "";
    public long At { get; init; }
    public string SubjectId { get; init; } = "";
}
