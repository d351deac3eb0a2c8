using Chat.Domain.Brokering;
using Chat.Domain.Presence;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Events;

/// <summary>A passing notice. Not stored, and lost when nobody listens. The family is closed: every kind is in this file.</summary>
public abstract record Signal
{
    /// <summary>What it is about, in routing keys.</summary>
    public abstract string Name { get; }
}

/// <summary>A notice to one user's sessions, on whatever node they are.</summary>
/// <param name="UserId">Whose sessions.</param>
public abstract record UserSignal(UserId UserId) : Signal;

/// <summary>The user has read up to <paramref name="Seq"/>, which is <paramref name="Count"/> messages.</summary>
/// <remarks>Signals may overtake each other, so a lower number than one heard before is old news, unless it says that it goes back.</remarks>
/// <param name="RoomId">Which room it is about.</param>
/// <param name="Seq">A number in that room.</param>
/// <param name="Count">A count of messages in that room.</param>
/// <param name="GoesBack">Whether the user marked as unread what was read before.</param>
public sealed record ReadSignal(UserId UserId, RoomId RoomId, long Seq, long Count, bool GoesBack = false) : UserSignal(UserId)
{
    public const string SignalName = "read";

    public override string Name => SignalName;
}

/// <summary>What a room is to the user in person is other than before: a favourite, put away, how much of it is notified.</summary>
/// <param name="RoomId">Which room.</param>
public sealed record ListingSignal(UserId UserId, RoomId RoomId) : UserSignal(UserId)
{
    public const string SignalName = "listing";

    public override string Name => SignalName;
}

/// <summary>A service says something to the user in person: to <c>/user/{name}/queue/x</c>.</summary>
/// <param name="Queue">Which of the user's queues, with a slash in front: <c>/queue/x</c>.</param>
/// <param name="Message">What.</param>
public sealed record UserMessage(UserId UserId, string Queue, BrokerMessage Message) : UserSignal(UserId)
{
    public const string SignalName = "message";

    public override string Name => SignalName;
}

/// <summary>The user is told something in person, on <c>/user/queue/events</c>.</summary>
/// <param name="Notice">What.</param>
public sealed record NoticeSignal(UserId UserId, Notice Notice) : UserSignal(UserId)
{
    public const string SignalName = "notice";

    public override string Name => SignalName;
}

/// <summary>A notice to those who listen to a room's signals, about one user. Of two about the same, the later one counts.</summary>
/// <param name="RoomId">Which room.</param>
/// <param name="UserId">Whom it is about.</param>
public abstract record RoomSignal(RoomId RoomId, UserId UserId) : Signal;

/// <summary>The user types, or no longer does.</summary>
public sealed record TypingSignal(RoomId RoomId, UserId UserId, bool On) : RoomSignal(RoomId, UserId)
{
    public const string SignalName = "typing";

    public override string Name => SignalName;
}

/// <summary>The user came, stepped away or went.</summary>
public sealed record PresenceSignal(RoomId RoomId, UserId UserId, UserPresence Presence) : RoomSignal(RoomId, UserId)
{
    public const string SignalName = "presence";

    public override string Name => SignalName;
}

/// <summary>The user has read up to <paramref name="Seq"/>.</summary>
/// <param name="RoomId">Which room.</param>
/// <param name="UserId">Who.</param>
/// <param name="Seq">A number in that room.</param>
public sealed record ReadPositionSignal(RoomId RoomId, UserId UserId, long Seq) : RoomSignal(RoomId, UserId)
{
    public const string SignalName = "position";

    public override string Name => SignalName;
}

/// <summary>To every node: something was revoked; look at once. A node that does not hear it looks within a second anyway.</summary>
public sealed record RevokedSignal : Signal
{
    public const string SignalName = "revoked";

    public override string Name => SignalName;
}
