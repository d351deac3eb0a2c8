using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Users;

namespace Chat.Tests.Domain;

public sealed class ScheduleTests
{
    private static readonly ScheduledMessage Scheduled = new()
    {
        Id = ScheduledMessageId.New(People.Now),
        RoomId = People.Group.Id,
        Sender = new UserProfile(UserId.Parse("alice"), "Alice", AvatarUrl: null),
        Message = new NewMessage { Text = "hello" },
        DueAt = People.Now.AddMinutes(1),
        CreatedAt = People.Now,
    };

    [Theory]
    [InlineData(-60, false)]
    [InlineData(9.999, false)]
    [InlineData(10, true)]
    [InlineData(366 * 86_400.0, true)]
    [InlineData((366 * 86_400.0) + 0.001, false)]
    public void A_time_is_ten_seconds_to_a_year_ahead(double seconds, bool isGood) =>
        (ScheduledMessage.CheckTime(People.Now.AddMilliseconds(seconds * 1_000), People.Now)?.Code).Should().Be(isGood ? null : RefusalCode.Invalid);

    [Fact]
    public void What_a_change_leaves_out_stays_and_a_new_time_alone_makes_one_that_failed_wait_again()
    {
        var failed = Scheduled with { Failure = new ScheduledFailure(Refusal.NotMember, People.Now) };
        var later = People.Now.AddDays(1);

        new ScheduleChange(Text: null, DueAt: null).Apply(failed).Value.Should().Be(failed);
        new ScheduleChange("bye", DueAt: null).Apply(failed).Value.Should().Be(failed with { Message = failed.Message with { Text = "bye" } });
        new ScheduleChange(Text: null, later).Apply(failed).Value.Should().Be(Scheduled with { DueAt = later });
    }

    [Fact]
    public void A_change_makes_nothing_that_could_not_be_posted()
    {
        new ScheduleChange("", DueAt: null).Apply(Scheduled).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        new ScheduleChange(new string('x', MessageText.MaxLength + 1), DueAt: null).Apply(Scheduled).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        var forwarding = Scheduled with { Message = new NewMessage { Forward = new ForwardedMessage(RoomId.Parse("r"), MessageId.New(People.Now)) } };
        new ScheduleChange("with words", DueAt: null).Apply(forwarding).Refusal!.Code.Should().Be(RefusalCode.Invalid);
    }

    [Fact]
    public void What_is_posted_always_has_a_client_message_id_and_the_senders_own_where_there_is_one()
    {
        Scheduled.ToPost().ClientMessageId.Should().Be($"scheduled-{Scheduled.Id}");
        (Scheduled with { Message = Scheduled.Message with { ClientMessageId = "mine" } }).ToPost().ClientMessageId.Should().Be("mine");
        Scheduled.ToPost().Check().Should().BeNull();
    }
}
