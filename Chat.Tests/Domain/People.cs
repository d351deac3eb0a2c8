using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Tests.Domain;

/// <summary>Rooms and members for tests of what is decided about them.</summary>
internal static class People
{
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    public static readonly Room Group = new()
    {
        Id = RoomId.Parse("tea"),
        Kind = RoomKind.Group,
        Settings = new RoomSettings { Name = "Tea" },
        Epoch = "e",
        HeadSeq = 10,
        FirstSeq = 1,
        MessageCount = 3,
        MemberCount = 5,
        CreatedAt = Now,
        LastActivityAt = Now,
    };

    public static readonly Room Direct = Group with { Kind = RoomKind.Direct, Settings = new RoomSettings { MaxMembers = 2 } };

    public static readonly Room Closed = Group with { ClosedAt = Now };

    public static Membership With(MemberRole role, string user = "actor") => new()
    {
        RoomId = Group.Id,
        UserId = UserId.Parse(user),
        Role = role,
        JoinedAt = Now,
        JoinedSeq = 1,
        LastReadSeq = 1,
        ReadCount = 0,
    };

    public static Membership Former(MemberRole role) => With(role, "former") with { LeftSeq = 9 };
}
