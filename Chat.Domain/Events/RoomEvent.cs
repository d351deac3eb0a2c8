using Chat.Domain.Messages;
using Chat.Domain.Rooms;

namespace Chat.Domain.Events;

/// <summary>One numbered, durable change in a room. The family is closed: every kind is in this file.</summary>
/// <remarks>It carries the state that it left behind, or a later one: who gets it twice, or gets it late, ends with the same picture.</remarks>
/// <param name="RoomId">Where it happened.</param>
/// <param name="Seq">Its number; the numbers of a room have no gaps.</param>
/// <param name="At">When it was committed.</param>
public abstract record RoomEvent(RoomId RoomId, long Seq, DateTimeOffset At)
{
    /// <summary>The names of all kinds.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        MessageCreated.EventName, MessageEdited.EventName, MessageDeleted.EventName, MessageExpired.EventName, MessagePinned.EventName,
        MessageUnpinned.EventName, MessageReacted.EventName, MemberJoined.EventName, MemberLeft.EventName, MemberRemoved.EventName,
        MemberChanged.EventName, RoomUpdated.EventName, RoomClosed.EventName,
    ];

    /// <summary>Its name on the wire, in routing keys and in the database.</summary>
    public abstract string Name { get; }

    /// <summary>What it happened to: the message's or the member's id; empty for the room itself.</summary>
    public abstract string SubjectId { get; }
}

/// <summary>What concerns one message.</summary>
public abstract record MessageEvent(Message Message, long Seq, DateTimeOffset At) : RoomEvent(Message.RoomId, Seq, At)
{
    public override string SubjectId => Message.Id.ToString();
}

/// <summary>A message was made.</summary>
public sealed record MessageCreated(Message Message) : MessageEvent(Message, Message.Seq, Message.CreatedAt)
{
    public const string EventName = "message.created";

    public override string Name => EventName;

    /// <summary>Of a reply, how its thread stands with it.</summary>
    public ThreadStanding? Thread { get; init; }
}

/// <summary>How a thread stands.</summary>
/// <param name="RootId">The message that it began with.</param>
/// <param name="ReplyCount">Its replies.</param>
/// <param name="LastReplyAt">When the last of them was made.</param>
public sealed record ThreadStanding(MessageId RootId, int ReplyCount, DateTimeOffset LastReplyAt);

/// <summary>A message says something else.</summary>
public sealed record MessageEdited(Message Message, long Seq, DateTimeOffset At) : MessageEvent(Message, Seq, At)
{
    public const string EventName = "message.edited";

    public override string Name => EventName;
}

/// <summary>A message was taken back.</summary>
public sealed record MessageDeleted(Message Message, long Seq, DateTimeOffset At) : MessageEvent(Message, Seq, At)
{
    public const string EventName = "message.deleted";

    public override string Name => EventName;
}

/// <summary>A message destroyed itself.</summary>
public sealed record MessageExpired(Message Message, long Seq, DateTimeOffset At) : MessageEvent(Message, Seq, At)
{
    public const string EventName = "message.expired";

    public override string Name => EventName;
}

/// <summary>A message was pinned.</summary>
public sealed record MessagePinned(Message Message, long Seq, DateTimeOffset At) : MessageEvent(Message, Seq, At)
{
    public const string EventName = "message.pinned";

    public override string Name => EventName;
}

/// <summary>A message is no longer pinned.</summary>
public sealed record MessageUnpinned(Message Message, long Seq, DateTimeOffset At) : MessageEvent(Message, Seq, At)
{
    public const string EventName = "message.unpinned";

    public override string Name => EventName;
}

/// <summary>Somebody reacted to a message, or took that back.</summary>
public sealed record MessageReacted(Message Message, long Seq, DateTimeOffset At) : MessageEvent(Message, Seq, At)
{
    public const string EventName = "message.reacted";

    public override string Name => EventName;
}

/// <summary>What concerns one member.</summary>
public abstract record MemberEvent(RoomId RoomId, long Seq, DateTimeOffset At, Member Member) : RoomEvent(RoomId, Seq, At)
{
    public override string SubjectId => Member.Profile.Id.Value;
}

/// <summary>Somebody became a member.</summary>
public sealed record MemberJoined(RoomId RoomId, long Seq, DateTimeOffset At, Member Member) : MemberEvent(RoomId, Seq, At, Member)
{
    public const string EventName = "member.joined";

    public override string Name => EventName;
}

/// <summary>A member left; nothing of the room reaches them from the next number on.</summary>
public sealed record MemberLeft(RoomId RoomId, long Seq, DateTimeOffset At, Member Member) : MemberEvent(RoomId, Seq, At, Member)
{
    public const string EventName = "member.left";

    public override string Name => EventName;
}

/// <summary>A member was kicked or banned; nothing of the room reaches them from the next number on.</summary>
public sealed record MemberRemoved(RoomId RoomId, long Seq, DateTimeOffset At, Member Member) : MemberEvent(RoomId, Seq, At, Member)
{
    public const string EventName = "member.removed";

    public override string Name => EventName;
}

/// <summary>A member has another role, or is muted or no longer so.</summary>
public sealed record MemberChanged(RoomId RoomId, long Seq, DateTimeOffset At, Member Member) : MemberEvent(RoomId, Seq, At, Member)
{
    public const string EventName = "member.changed";

    public override string Name => EventName;
}

/// <summary>The room has other settings.</summary>
public sealed record RoomUpdated(Room Room, long Seq, DateTimeOffset At) : RoomEvent(Room.Id, Seq, At)
{
    public const string EventName = "room.updated";

    public override string Name => EventName;

    public override string SubjectId => "";
}

/// <summary>The room was closed: it can be read, and that is all.</summary>
public sealed record RoomClosed(Room Room, long Seq, DateTimeOffset At) : RoomEvent(Room.Id, Seq, At)
{
    public const string EventName = "room.closed";

    public override string Name => EventName;

    public override string SubjectId => "";
}
