using Chat.Domain.Messages;
using Chat.Domain.Rooms;

namespace Chat.Domain.Events;

/// <summary>One numbered, durable change in a room. The family is closed: every kind is in this file.</summary>
/// <param name="RoomId">Where it happened.</param>
/// <param name="Seq">Its number; the numbers of a room have no gaps.</param>
/// <param name="At">When it was committed.</param>
public abstract record RoomEvent(RoomId RoomId, long Seq, DateTimeOffset At)
{
    /// <summary>The names of all kinds.</summary>
    public static IReadOnlyList<string> Names { get; } = [MessageCreated.EventName, MemberJoined.EventName, MemberLeft.EventName, MemberChanged.EventName];

    /// <summary>Its name on the wire, in routing keys and in the database.</summary>
    public abstract string Name { get; }
}

/// <summary>A message was made.</summary>
public sealed record MessageCreated(Message Message) : RoomEvent(Message.RoomId, Message.Seq, Message.CreatedAt)
{
    public const string EventName = "message.created";

    public override string Name => EventName;
}

/// <summary>What concerns one member.</summary>
public abstract record MemberEvent(RoomId RoomId, long Seq, DateTimeOffset At, Member Member) : RoomEvent(RoomId, Seq, At);

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

/// <summary>A member has another role.</summary>
public sealed record MemberChanged(RoomId RoomId, long Seq, DateTimeOffset At, Member Member) : MemberEvent(RoomId, Seq, At, Member)
{
    public const string EventName = "member.changed";

    public override string Name => EventName;
}
