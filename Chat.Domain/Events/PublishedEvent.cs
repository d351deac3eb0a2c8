using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Events;

/// <summary>
/// A room's event in the form in which it travels: encoded once, by the node that committed it or by the one that announces it in its stead. Every node
/// and every subscriber passes on the same octets; the fields beside them are what delivery needs without looking inside.
/// </summary>
/// <param name="RoomId">Where it happened.</param>
/// <param name="Seq">Its number in the room.</param>
/// <param name="Name">Which kind of event, as on the wire.</param>
/// <param name="Body">The JSON of docs/protocol.md, section "Durable events", in UTF-8. Nobody changes it.</param>
public sealed record PublishedEvent(RoomId RoomId, long Seq, string Name, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whom it concerns: the sender of a message that has an ordinal here, the member of a member event; null where it concerns nobody in particular.</summary>
    public UserId? Subject { get; init; }

    /// <summary>
    /// The how-manieth of its room the message is that was made, or that says something else or nothing any more; 0 for every other event. Unread counts are
    /// differences of it.
    /// </summary>
    public long MessageOrdinal { get; init; }

    /// <summary>Beside an ordinal, the number of the event that made the message; 0 for every other event.</summary>
    public long MessageSeq { get; init; }

    /// <summary>Whom that message mentions by name, as this event leaves it.</summary>
    public IReadOnlyList<UserId> Mentions { get; init; } = [];

    /// <summary>Whether it mentions all members.</summary>
    public bool MentionsAll { get; init; }

    public bool EndsMembership => Name is MemberLeft.EventName or MemberRemoved.EventName;

    public bool ConcernsRoom => Name is RoomUpdated.EventName or RoomClosed.EventName;

    /// <summary>Whether the message mentions this member; nobody is mentioned by themselves.</summary>
    public bool MentionsUser(UserId user) => Subject != user && (MentionsAll || Mentions.Contains(user));

    public bool ConcernsMember => Name.StartsWith("member.", StringComparison.Ordinal);
}

/// <summary>Gives an event its travelling form.</summary>
public interface IEventEncoder
{
    PublishedEvent Encode(RoomEvent roomEvent);
}
