using Chat.Domain.Users;

namespace Chat.Domain.Presence;

/// <summary>Whether somebody is there. Ordered: of several sessions the most present one counts.</summary>
public enum PresenceState
{
    /// <summary>No session anywhere.</summary>
    Offline,

    /// <summary>Connected, but the user said so or did nothing for a while.</summary>
    Away,

    Online,
}

/// <summary>How present a user is, over all nodes.</summary>
/// <param name="State">Whether they are there.</param>
/// <param name="LastSeenAt">When they last were <see cref="PresenceState.Online"/>; null while they are, and when it is not known.</param>
public readonly record struct UserPresence(PresenceState State, DateTimeOffset? LastSeenAt)
{
    /// <summary>Nobody saw them, or nobody can be asked now.</summary>
    public static UserPresence Unknown => default;

    public bool IsConnected => State is not PresenceState.Offline;
}

/// <summary>Somebody's presence is another.</summary>
public readonly record struct PresenceChange(UserId UserId, UserPresence Presence);
