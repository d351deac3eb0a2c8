namespace Chat.Domain.Rooms;

public enum RoomKind
{
    /// <summary>Two people; there is one such room per pair, and nobody joins or leaves it.</summary>
    Direct,
    Group,
}

public enum RoomVisibility
{
    /// <summary>Found in the list of public rooms; anybody may join.</summary>
    Public,

    /// <summary>Joined with an invite code only.</summary>
    Private,
}

/// <summary>How far back somebody who joins may read.</summary>
public enum HistoryForNewMembers
{
    All,
    SinceJoined,
}

/// <summary>What somebody who left may still read.</summary>
public enum HistoryForFormerMembers
{
    None,
    UntilLeft,
}

/// <summary>A room as it is now.</summary>
public sealed record Room
{
    public required RoomId Id { get; init; }
    public required RoomKind Kind { get; init; }
    public required RoomSettings Settings { get; init; }

    /// <summary>Marks one unbroken history. A restore from a backup gives a new one, so that no client resumes into numbers that were used twice.</summary>
    public required string Epoch { get; init; }

    /// <summary>The number of the room's latest durable event; 0 before the first.</summary>
    public required long HeadSeq { get; init; }

    /// <summary>The oldest event still kept. A client that has seen less than the one before it cannot resume.</summary>
    public required long FirstSeq { get; init; }

    /// <summary>How many messages were ever made here. The difference of two such counts is an unread count.</summary>
    public required long MessageCount { get; init; }

    public required int MemberCount { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the newest message was made, or the room itself before the first: what the room list is sorted by.</summary>
    public required DateTimeOffset LastActivityAt { get; init; }

    /// <summary>How many of its messages are pinned.</summary>
    public int PinnedCount { get; init; }

    /// <summary>When it was closed: since then it can be read, and nothing else; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>What those who own a room can set.</summary>
public sealed record RoomSettings
{
    public const int MaxNameLength = 100;
    public const int MaxDescriptionLength = 1000;
    public const int MaxImageUrlLength = 1024;
    public const int DefaultMaxMembers = 50;
    public const int LowestMaxMembers = 2;
    public const int HighestMaxMembers = 100_000;

    /// <summary>Long enough to mend a slip, as in the messengers that people know.</summary>
    public static readonly TimeSpan DefaultEditWindow = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan DefaultDeleteWindow = TimeSpan.FromHours(1);

    /// <summary>For ever, as good as: an edit window of ten years.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(3650);

    public static readonly TimeSpan LongestSlowMode = TimeSpan.FromHours(6);

    /// <summary>Null for a direct room: each of the two sees the other's name.</summary>
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? ImageUrl { get; init; }
    public RoomVisibility Visibility { get; init; } = RoomVisibility.Private;

    /// <summary>2 to 100,000.</summary>
    public int MaxMembers { get; init; } = DefaultMaxMembers;
    public HistoryForNewMembers HistoryForNewMembers { get; init; } = HistoryForNewMembers.All;
    public HistoryForFormerMembers HistoryForFormerMembers { get; init; } = HistoryForFormerMembers.None;

    /// <summary>How long its sender may edit a message; 0 for not at all.</summary>
    public TimeSpan EditWindow { get; init; } = DefaultEditWindow;

    /// <summary>How long its sender may delete a message; 0 for not at all. Moderators always may.</summary>
    public TimeSpan DeleteWindow { get; init; } = DefaultDeleteWindow;

    /// <summary>How long a member waits between two messages; 0 for no such pause. Moderators never wait.</summary>
    public TimeSpan SlowMode { get; init; }

    /// <summary>Whether moderators alone may post.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether who joins a public room waits for a moderator's word.</summary>
    public bool JoinApproval { get; init; }
}
