using System.Collections.Frozen;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Tests.Domain;

/// <summary>One message in one room, in place of the store: what is decided is done to it, and kept.</summary>
internal sealed class ScriptedMessage : IMessageChanges
{
    public static readonly DateTimeOffset MadeAt = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static readonly RoomId RoomId = RoomId.Parse("room");

    public Room Room { get; set; } = new()
    {
        Id = RoomId,
        Kind = RoomKind.Group,
        Settings = new RoomSettings { Name = "a room" },
        Epoch = "e",
        HeadSeq = 20,
        FirstSeq = 1,
        MessageCount = 9,
        MemberCount = 3,
        CreatedAt = MadeAt,
        LastActivityAt = MadeAt,
    };

    /// <summary>Alice wrote it.</summary>
    public Message? Message { get; set; } = new()
    {
        Id = new MessageId(Guid.Parse("018f0000-0000-7000-8000-000000000001")),
        RoomId = RoomId,
        Seq = 10,
        Rev = 10,
        Ordinal = 5,
        Type = MessageType.Text,
        Sender = new UserProfile(UserId.Parse("alice"), "Alice", AvatarUrl: null),
        Text = "hello",
        CreatedAt = MadeAt,
    };

    /// <summary>Of the one who asks; a plain member since the room was made.</summary>
    public Membership? Membership { get; set; } = new()
    {
        RoomId = RoomId,
        UserId = UserId.Parse("alice"),
        Role = MemberRole.Member,
        JoinedAt = MadeAt,
        JoinedSeq = 1,
        LastReadSeq = 1,
        ReadCount = 0,
    };

    public List<RoomEvent> Events { get; } = [];

    public static Caller CallerOf(string user) => new(UserId.Parse(user), user, AvatarUrl: null, FrozenSet<string>.Empty);

    public ValueTask<Outcome<Message>> ChangeAsync(
        RoomId room, MessageId message, UserId user, Func<MessageFacts, Outcome<MessageChange>> decide, CancellationToken cancellationToken)
    {
        if (!decide(new MessageFacts(Room, Membership, Message)).TryGet(out var change, out var refusal)) return ValueTask.FromResult<Outcome<Message>>(refusal);
        Events.AddRange(change.Apply(Message!, Room.HeadSeq + 1, MadeAt));
        if (Events.Count > 0) Message = ((MessageEvent)Events[^1]).Message;
        return ValueTask.FromResult<Outcome<Message>>(Message!);
    }
}

/// <summary>A clock that stands.</summary>
internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
