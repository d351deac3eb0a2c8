using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;

namespace Chat.Domain.Messages;

/// <summary>What a decision about changing a message is made on, read under the room's lock.</summary>
/// <param name="Room">The room.</param>
/// <param name="Membership">What ties the one who asks to it; null when nothing does.</param>
/// <param name="Message">The message as it is; null when the room has none of that id.</param>
public sealed record MessageFacts(Room Room, Membership? Membership, Message? Message)
{
    /// <summary>The room has no such message, or it lies before what the member may see, or what it said is gone.</summary>
    public static readonly Refusal NoSuchMessage = Refusal.NotFound("There is no such message, or it was deleted.");

    public static readonly Refusal Closed = Refusal.Forbidden("The room is closed.");

    /// <summary>The membership of who is a member now.</summary>
    /// <exception cref="InvalidOperationException">Nobody's; <see cref="Find"/> would have refused.</exception>
    public Membership Member => Membership is { IsCurrent: true } member ? member : throw new InvalidOperationException("Not a member.");

    /// <summary>The message, for a member who may see it. What it said may be gone.</summary>
    public Outcome<Message> Find()
    {
        if (Membership is not { IsCurrent: true }) return Refusal.NotMember;
        return Message is not null && Room.VisibleTo(Membership) is { } span && Message.Seq >= span.First ? Message : NoSuchMessage;
    }

    /// <summary>The same where the room has to be open.</summary>
    public Outcome<Message> FindToChange()
    {
        if (!Find().TryGet(out var message, out var refusal)) return refusal;
        return Room.ClosedAt is null ? message : Closed;
    }

    /// <summary>The same where only a message that still says something will do.</summary>
    public Outcome<Message> FindPresent()
    {
        if (!FindToChange().TryGet(out var message, out var refusal)) return refusal;
        return message.IsGone ? NoSuchMessage : message;
    }

    /// <summary>Why a member who was blocked or silenced may not say anything in another way either; null when not so.</summary>
    public Refusal? CheckVoice(DateTimeOffset now)
    {
        if (Member.Blocked) return RoomRights.Blocked;
        return Member.MutedUntil is { } until && until > now ? new Refusal(RefusalCode.Muted, "You are muted in this room.", until - now) : null;
    }
}
