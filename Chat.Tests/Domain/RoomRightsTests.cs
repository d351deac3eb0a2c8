using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;

namespace Chat.Tests.Domain;

/// <summary>The whole table of <see cref="RoomRights"/>, right by right.</summary>
public sealed class RoomRightsTests
{
    private const string Yes = "yes";
    private const string Forbidden = nameof(RefusalCode.Forbidden);
    private const string Invalid = nameof(RefusalCode.Invalid);

    /// <summary>What a member, a moderator and an owner are told in a group, and either one in a direct room.</summary>
    public static TheoryData<RoomAct, string, string, string, string> Table => new()
    {
        { RoomAct.Post, Yes, Yes, Yes, Yes },
        { RoomAct.ChangeAppearance, Forbidden, Yes, Yes, Invalid },
        { RoomAct.ChangeWindows, Forbidden, Forbidden, Yes, Yes },
        { RoomAct.ChangeRules, Forbidden, Forbidden, Yes, Invalid },
        { RoomAct.Close, Forbidden, Forbidden, Yes, Invalid },
        { RoomAct.Invite, Forbidden, Yes, Yes, Invalid },
        { RoomAct.Admit, Forbidden, Yes, Yes, Invalid },
        { RoomAct.KeepWebhooks, Forbidden, Yes, Yes, Invalid },
        { RoomAct.Mute, Forbidden, Yes, Yes, Invalid },
        { RoomAct.Remove, Forbidden, Yes, Yes, Invalid },
        { RoomAct.Ban, Forbidden, Yes, Yes, Invalid },
        { RoomAct.Appoint, Forbidden, Forbidden, Yes, Invalid },
        { RoomAct.HandOver, Forbidden, Forbidden, Yes, Invalid },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_role_may_what_the_table_says(RoomAct act, string member, string moderator, string owner, string inDirectRoom)
    {
        string[] told = [.. Enum.GetValues<MemberRole>().Select(role => Told(RoomRights.Check(act, People.Group, People.With(role))))];

        told.Should().Equal(member, moderator, owner);
        Told(RoomRights.Check(act, People.Direct, People.With(MemberRole.Member))).Should().Be(inDirectRoom);
    }

    [Fact]
    public void The_table_has_every_right() => Table.Select(row => row[0]).Should().BeEquivalentTo(Enum.GetValues<RoomAct>());

    [Theory]
    [MemberData(nameof(Table))]
    public void Strangers_and_former_members_are_told_the_same_whatever_there_is(RoomAct act, string member, string moderator, string owner, string inDirectRoom)
    {
        _ = (member, moderator, owner, inDirectRoom);
        foreach (var room in (Room?[])[null, People.Group, People.Direct, People.Closed])
        {
            RoomRights.Check(act, room, actor: null).Should().Be(Refusal.NotMember);
            foreach (var role in Enum.GetValues<MemberRole>()) RoomRights.Check(act, room, People.Former(role)).Should().Be(Refusal.NotMember);
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void A_closed_room_refuses_everything_and_everybody(RoomAct act, string member, string moderator, string owner, string inDirectRoom)
    {
        _ = (member, moderator, owner, inDirectRoom);
        foreach (var role in Enum.GetValues<MemberRole>()) RoomRights.Check(act, People.Closed, People.With(role))!.Code.Should().Be(RefusalCode.Forbidden);
        RoomRights.Check(act, People.Closed, People.With(MemberRole.Owner)).Should().Be(RoomRights.Closed);
    }

    [Fact]
    public void What_is_done_to_a_member_needs_a_higher_role_than_theirs()
    {
        var may = from actor in Enum.GetValues<MemberRole>()
                  from other in Enum.GetValues<MemberRole>()
                  where RoomRights.CheckOver(RoomAct.Remove, People.Group, People.With(actor), People.With(other, "other")) is null
                  select (actor, other);

        may.Should().Equal(
            (MemberRole.Moderator, MemberRole.Member), (MemberRole.Owner, MemberRole.Member), (MemberRole.Owner, MemberRole.Moderator));
        var owner = People.With(MemberRole.Owner);
        RoomRights.CheckOver(RoomAct.Remove, People.Group, owner, owner)!.Code.Should().Be(RefusalCode.Forbidden);
        RoomRights.CheckOver(RoomAct.Remove, People.Group, owner, other: null)!.Code.Should().Be(RefusalCode.NotFound);
        RoomRights.CheckOver(RoomAct.Remove, People.Group, owner, People.Former(MemberRole.Member))!.Code.Should().Be(RefusalCode.NotFound);
        // Whether there is such a member is nothing for those who may not ask.
        RoomRights.CheckOver(RoomAct.Remove, People.Group, People.With(MemberRole.Member), other: null)!.Code.Should().Be(RefusalCode.Forbidden);
    }

    [Fact]
    public void The_muted_wait_until_their_time_is_over_whatever_they_are()
    {
        foreach (var role in Enum.GetValues<MemberRole>())
        {
            var muted = People.With(role) with { MutedUntil = People.Now.AddSeconds(90) };

            RoomRights.CheckPosting(People.Group, muted, People.Now).Should().Match<Refusal>(r => r.Code == RefusalCode.Muted && r.RetryAfter == TimeSpan.FromSeconds(90));
            RoomRights.CheckPosting(People.Group, muted, People.Now.AddSeconds(90)).Should().BeNull();
        }
    }

    [Fact]
    public void In_slow_mode_members_wait_between_two_messages_and_moderators_do_not()
    {
        var room = People.Group with { Settings = People.Group.Settings with { SlowMode = TimeSpan.FromSeconds(30) } };
        var posted = People.Now.AddSeconds(-10);

        RoomRights.CheckPosting(room, People.With(MemberRole.Member), People.Now).Should().BeNull();
        RoomRights.CheckPosting(room, People.With(MemberRole.Member) with { LastPostedAt = posted }, People.Now)
            .Should().Match<Refusal>(r => r.Code == RefusalCode.RateLimited && r.RetryAfter == TimeSpan.FromSeconds(20));
        RoomRights.CheckPosting(room, People.With(MemberRole.Member) with { LastPostedAt = posted }, People.Now.AddSeconds(20)).Should().BeNull();
        RoomRights.CheckPosting(room, People.With(MemberRole.Moderator) with { LastPostedAt = posted }, People.Now).Should().BeNull();
        RoomRights.CheckPosting(People.Group, People.With(MemberRole.Member) with { LastPostedAt = People.Now }, People.Now).Should().BeNull();
    }

    [Fact]
    public void Without_slow_mode_nobody_waits_for_the_clock_of_another_node()
    {
        var ahead = People.With(MemberRole.Member) with { LastPostedAt = People.Now.AddMilliseconds(700) };
        RoomRights.CheckPosting(People.Group, ahead, People.Now).Should().BeNull();
    }

    [Fact]
    public void In_a_read_only_room_moderators_alone_post()
    {
        var room = People.Group with { Settings = People.Group.Settings with { ReadOnly = true } };

        string[] told = [.. Enum.GetValues<MemberRole>().Select(role => Told(RoomRights.CheckPosting(room, People.With(role), People.Now)))];

        told.Should().Equal(Forbidden, Yes, Yes);
    }

    [Fact]
    public void Who_is_blocked_does_not_post_to_the_direct_room()
    {
        RoomRights.CheckPosting(People.Direct, People.With(MemberRole.Member) with { Blocked = true }, People.Now)!.Code.Should().Be(RefusalCode.Forbidden);
        RoomRights.CheckPosting(People.Direct, People.With(MemberRole.Member), People.Now).Should().BeNull();
    }

    private static string Told(Refusal? refusal) => refusal is null ? Yes : refusal.Code.ToString();
}
