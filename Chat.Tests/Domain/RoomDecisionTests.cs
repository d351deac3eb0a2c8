using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;

namespace Chat.Tests.Domain;

/// <summary>What is decided on a room's facts, without any store.</summary>
public sealed class RoomDecisionTests
{
    /// <summary>Each setting that can be changed, and the least role for it.</summary>
    public static TheoryData<string, MemberRole> Settings => new()
    {
        { "name", MemberRole.Moderator },
        { "description", MemberRole.Moderator },
        { "imageUrl", MemberRole.Moderator },
        { "slowMode", MemberRole.Moderator },
        { "readOnly", MemberRole.Moderator },
        { "nothing", MemberRole.Moderator },
        { "visibility", MemberRole.Owner },
        { "maxMembers", MemberRole.Owner },
        { "historyForNew", MemberRole.Owner },
        { "historyForFormer", MemberRole.Owner },
        { "editWindow", MemberRole.Owner },
        { "deleteWindow", MemberRole.Owner },
        { "joinApproval", MemberRole.Owner },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_setting_is_changed_by_those_who_may(string setting, MemberRole least)
    {
        foreach (var role in Enum.GetValues<MemberRole>())
        {
            var decided = UpdateRoom.Decide(Facts(People.Group, role), settings => Change(settings, setting));

            (decided.Refusal?.Code).Should().Be(role < least ? RefusalCode.Forbidden : null);
            if (role >= least) decided.Value.Should().Be(Change(People.Group.Settings, setting));
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void In_a_direct_room_either_one_changes_the_windows_and_nobody_anything_else(string setting, MemberRole least)
    {
        _ = least;
        (UpdateRoom.Decide(Facts(People.Direct, MemberRole.Member), settings => Change(settings, setting)).Refusal?.Code)
            .Should().Be(setting is "editWindow" or "deleteWindow" ? null : RefusalCode.Invalid);
    }

    [Fact]
    public void Max_members_is_never_below_the_members_there_are_but_a_room_that_is_too_full_may_be_changed_otherwise()
    {
        UpdateRoom.Decide(Facts(People.Group, MemberRole.Owner), s => s with { MaxMembers = 4 }).Refusal!.Code.Should().Be(RefusalCode.Conflict);
        UpdateRoom.Decide(Facts(People.Group, MemberRole.Owner), s => s with { MaxMembers = 5 }).Refusal.Should().BeNull();
        UpdateRoom.Decide(Facts(People.Group, MemberRole.Owner), s => s with { MaxMembers = 1 }).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        var tooFull = People.Group with { MemberCount = 60 };
        UpdateRoom.Decide(Facts(tooFull, MemberRole.Owner), s => s with { Name = "Full" }).Refusal.Should().BeNull();
    }

    [Fact]
    public void Closing_a_closed_room_is_for_its_owner_too()
    {
        CloseRoom.Admit(Facts(People.Closed, MemberRole.Owner)).Should().BeNull();
        CloseRoom.Admit(Facts(People.Closed, MemberRole.Moderator))!.Code.Should().Be(RefusalCode.Forbidden);
    }

    [Fact]
    public void Handing_over_makes_the_old_owner_a_moderator_and_lifts_the_mute_of_the_new()
    {
        var facts = Facts(People.Group, MemberRole.Owner) with { Other = People.With(MemberRole.Member, "heir") with { MutedUntil = People.Now.AddHours(1) } };

        var changed = ChangeMember.Decide(facts, new MemberChange(MemberRole.Owner, SetsMute: false, MutedUntil: null)).Value;

        changed.Select(m => (m.UserId.Value, m.Role, m.MutedUntil)).Should().Equal(("heir", MemberRole.Owner, null), ("actor", MemberRole.Moderator, null));
    }

    [Theory]
    [InlineData(MemberRole.Owner, MemberRole.Member, MemberRole.Moderator, null)]
    [InlineData(MemberRole.Owner, MemberRole.Moderator, MemberRole.Member, null)]
    [InlineData(MemberRole.Moderator, MemberRole.Member, MemberRole.Moderator, RefusalCode.Forbidden)]
    [InlineData(MemberRole.Moderator, MemberRole.Member, MemberRole.Owner, RefusalCode.Forbidden)]
    [InlineData(MemberRole.Moderator, MemberRole.Owner, MemberRole.Member, RefusalCode.Forbidden)]
    [InlineData(MemberRole.Member, MemberRole.Member, MemberRole.Owner, RefusalCode.Forbidden)]
    public void Roles_are_given_by_the_owner(MemberRole actor, MemberRole present, MemberRole wanted, RefusalCode? refused)
    {
        var facts = Facts(People.Group, actor) with { Other = People.With(present, "other") };

        (ChangeMember.Decide(facts, new MemberChange(wanted, SetsMute: false, MutedUntil: null)).Refusal?.Code).Should().Be(refused);
    }

    [Fact]
    public void A_mute_ends_within_a_year_and_what_is_so_already_changes_nothing()
    {
        var facts = Facts(People.Group, MemberRole.Moderator) with { Other = People.With(MemberRole.Member, "other") };

        Mute(People.Now).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        Mute(People.Now.AddDays(366)).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        Mute(People.Now.AddDays(365)).Value.Single().MutedUntil.Should().Be(People.Now.AddDays(365));
        Mute(until: null).Value.Should().BeEmpty();

        Outcome<IReadOnlyList<Membership>> Mute(DateTimeOffset? until) => ChangeMember.Decide(facts, new MemberChange(Role: null, SetsMute: true, until));
    }

    [Fact]
    public void Who_left_can_be_banned_but_not_removed_and_who_was_never_there_neither()
    {
        var left = Facts(People.Group, MemberRole.Moderator) with { Other = People.Former(MemberRole.Member) };

        RemoveMember.Admit(left, ban: true).Should().BeNull();
        RemoveMember.Admit(left, ban: false)!.Code.Should().Be(RefusalCode.NotFound);
        RemoveMember.Admit(left with { Other = null }, ban: true)!.Code.Should().Be(RefusalCode.NotFound);
        RemoveMember.Admit(Facts(People.Group, MemberRole.Member) with { Other = left.Other }, ban: true)!.Code.Should().Be(RefusalCode.Forbidden);
    }

    /// <summary>A public room, whether its moderators have to say yes, whether a good invite is shown, and what comes of it.</summary>
    [Theory]
    [InlineData(RoomVisibility.Public, false, false, "Enter")]
    [InlineData(RoomVisibility.Public, true, false, "Ask")]
    [InlineData(RoomVisibility.Public, true, true, "Enter")]
    [InlineData(RoomVisibility.Private, false, false, "NotFound")]
    [InlineData(RoomVisibility.Private, true, true, "Enter")]
    public void How_somebody_comes_in(RoomVisibility visibility, bool joinApproval, bool isInvited, string way)
    {
        var room = People.Group with { Settings = People.Group.Settings with { Visibility = visibility, JoinApproval = joinApproval } };
        var invite = isInvited ? new Invite("code", room.Id, People.With(MemberRole.Owner).UserId, ExpiresAt: null, UsesLeft: 1) : null;

        Told(new JoinFacts(room, Former: null, invite, IsBanned: false)).Should().Be(way);
        Told(new JoinFacts(room, Former: null, invite, IsBanned: true)).Should().Be("Banned");
        Told(new JoinFacts(room with { ClosedAt = People.Now }, Former: null, invite, IsBanned: false)).Should().Be(way == "NotFound" ? way : "Forbidden");
        Told(new JoinFacts(room with { MemberCount = 50 }, Former: null, invite, IsBanned: false)).Should().Be(way == "NotFound" ? way : "RoomFull");
        Told(new JoinFacts(room with { Kind = RoomKind.Direct }, Former: null, invite, IsBanned: false)).Should().Be("NotFound");
    }

    private static string Told(JoinFacts facts) =>
        JoinRoom.Admit(facts, People.Now).TryGet(out var way, out var refusal) ? way.ToString() : refusal.Code.ToString();

    private static RoomFacts Facts(Room room, MemberRole role) => new(room, People.With(role), Other: null, People.Now);

    private static RoomSettings Change(RoomSettings settings, string setting) => setting switch
    {
        "name" => settings with { Name = "Coffee" },
        "description" => settings with { Description = "black" },
        "imageUrl" => settings with { ImageUrl = "https://example.com/c.png" },
        "slowMode" => settings with { SlowMode = TimeSpan.FromSeconds(5) },
        "readOnly" => settings with { ReadOnly = true },
        "visibility" => settings with { Visibility = RoomVisibility.Public },
        "maxMembers" => settings with { MaxMembers = 70 },
        "historyForNew" => settings with { HistoryForNewMembers = HistoryForNewMembers.SinceJoined },
        "historyForFormer" => settings with { HistoryForFormerMembers = HistoryForFormerMembers.UntilLeft },
        "editWindow" => settings with { EditWindow = TimeSpan.FromSeconds(1) },
        "deleteWindow" => settings with { DeleteWindow = TimeSpan.FromSeconds(1) },
        "joinApproval" => settings with { JoinApproval = true },
        _ => settings,
    };
}
