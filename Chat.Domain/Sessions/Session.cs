using Chat.Domain.Events;
using Chat.Domain.Presence;
using Chat.Domain.Users;

namespace Chat.Domain.Sessions;

/// <summary>One living connection of a user.</summary>
/// <param name="Id">Its name, as in CONNECTED; unique everywhere.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="NodeId">Which gateway holds it.</param>
/// <param name="ConnectedAt">Since when.</param>
public sealed record Session(string Id, UserId UserId, NodeId NodeId, DateTimeOffset ConnectedAt)
{
    /// <summary>Longest description of a client that is kept, in UTF-16 units; a longer one is cut.</summary>
    public const int MaxClientLength = 200;

    public required PresenceState State { get; init; }

    /// <summary>The client's address; null where its transport has none.</summary>
    public string? Address { get; init; }

    /// <summary>How the client's program describes itself (User-Agent); null when it does not.</summary>
    public string? Client { get; init; }

    /// <summary>How it is connected: <c>websocket</c>, <c>xhr_streaming</c>, <c>tcp</c> and so on.</summary>
    public required string Transport { get; init; }

    /// <summary>The version of STOMP that is spoken: <c>1.2</c>.</summary>
    public required string Version { get; init; }
}

/// <summary>What became of a session.</summary>
/// <param name="Session">The session as it is, or was.</param>
/// <param name="Ended">Whether it is over.</param>
public sealed record SessionChange(Session Session, bool Ended);
