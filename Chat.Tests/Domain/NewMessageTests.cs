using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;

namespace Chat.Tests.Domain;

public sealed class NewMessageTests
{
    private static readonly MessageId Id = MessageId.New(DateTimeOffset.UnixEpoch);
    private static readonly NewMessage Text = new() { Text = "hello" };

    public static TheoryData<string, NewMessage, RefusalCode?> Messages => new()
    {
        { "plain", Text, null },
        { "without text", new NewMessage(), RefusalCode.Invalid },
        { "of a service", Text with { Type = MessageType.System }, RefusalCode.Forbidden },
        { "an image without a file", Text with { Type = MessageType.Image }, RefusalCode.Invalid },
        { "an image", Text with { Type = MessageType.Image, AttachmentIds = ["x"] }, RefusalCode.NotFound },
        { "a reply", Text with { Type = MessageType.Thread, ThreadRootId = Id }, null },
        { "a reply to nothing", Text with { Type = MessageType.Thread }, RefusalCode.Invalid },
        { "a text with a root", Text with { ThreadRootId = Id }, RefusalCode.Invalid },
        { "for a second", Temp(1), null },
        { "for a week", Temp(604_800), null },
        { "for longer", Temp(604_801), RefusalCode.Invalid },
        { "for no time", Temp(0), RefusalCode.Invalid },
        { "for ever", Text with { Type = MessageType.Temp }, RefusalCode.Invalid },
        { "with two ends", Temp(1) with { BurnAfterRead = TimeSpan.FromSeconds(1) }, RefusalCode.Invalid },
        { "a text with an end", Text with { TimeToLive = TimeSpan.FromSeconds(1) }, RefusalCode.Invalid },
        { "forwarded", new NewMessage { Forward = new ForwardedMessage(RoomId.Parse("r"), Id) }, null },
        { "forwarded with words of one's own", Text with { Forward = new ForwardedMessage(RoomId.Parse("r"), Id) }, RefusalCode.Invalid },
        { "with a bad id", Text with { ClientMessageId = " x" }, RefusalCode.Invalid },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_refused_for_what_is_wrong_with_it(string what, NewMessage message, RefusalCode? expected) => (message.Check()?.Code).Should().Be(expected, what);

    private static NewMessage Temp(int seconds) => Text with { Type = MessageType.Temp, TimeToLive = TimeSpan.FromSeconds(seconds) };
}
