using System.Text;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Users;
using Chat.Infrastructure.RabbitMq;
using RabbitMQ.Client;

namespace Chat.Tests.Conformance;

/// <summary>What gateways tell each other comes out as it went in.</summary>
public sealed class DeliveryCodecTests
{
    private static readonly NodeId Node = new("n");
    private static readonly RoomId Room = RoomId.Parse("r");

    [Fact]
    public void An_event_brings_whom_it_mentions()
    {
        var published = new PublishedEvent(Room, 7, MessageCreated.EventName, "{}"u8.ToArray())
        {
            Subject = UserId.Parse("alice"),
            MessageOrdinal = 3,
            MessageSeq = 7,
            Mentions = [UserId.Parse("bob"), UserId.Parse("철 수")],
            MentionsAll = true,
        };

        DeliveryCodec.TryReadEvent(Arrived(DeliveryCodec.PropertiesOf(published, Node)), published.Body, out var read).Should().BeTrue();

        read!.Mentions.Should().Equal(published.Mentions);
        (read.MentionsAll, read.Subject, read.MessageOrdinal, read.MessageSeq).Should().Be((true, published.Subject, 3L, 7L));
        read.MentionsUser(UserId.Parse("carol")).Should().BeTrue();
        read.MentionsUser(UserId.Parse("alice")).Should().BeFalse();
    }

    [Theory]
    [InlineData(MessageEdited.EventName, 3, 5)]
    [InlineData(MessagePinned.EventName, 0, 0)]
    public void A_later_event_brings_which_message_it_is_about(string name, long ordinal, long seq)
    {
        var published = new PublishedEvent(Room, 7, name, "{}"u8.ToArray()) { MessageOrdinal = ordinal, MessageSeq = seq };

        DeliveryCodec.TryReadEvent(Arrived(DeliveryCodec.PropertiesOf(published, Node)), published.Body, out var read).Should().BeTrue();

        (read!.MessageOrdinal, read.MessageSeq).Should().Be((ordinal, seq));
    }

    [Fact]
    public void A_notice_comes_with_all_that_it_says()
    {
        var notice = new Notice(Notice.ThreadReply, Room)
        {
            MessageId = MessageId.New(DateTimeOffset.UnixEpoch),
            Seq = 8,
            Sender = new UserProfile(UserId.Parse("bob"), "Bob", "https://example.com/b.png"),
            Text = "안녕",
            ThreadRootId = MessageId.New(DateTimeOffset.UnixEpoch),
            ReplyCount = 2,
            User = new UserProfile(UserId.Parse("철 수"), "철수", AvatarUrl: null),
            UpdatedAt = DateTimeOffset.UnixEpoch.AddMilliseconds(1),
            ScheduledMessageId = ScheduledMessageId.New(DateTimeOffset.UnixEpoch),
            ClientMessageId = "c-1",
            DueAt = DateTimeOffset.UnixEpoch.AddMilliseconds(2),
            Refusal = new Refusal(RefusalCode.NotMember, "No."),
        };
        var signal = new NoticeSignal(UserId.Parse("alice"), notice);

        SignalCodec.TryRead(Arrived(SignalCodec.PropertiesOf(signal, Node)), SignalCodec.BodyOf(signal), out var read).Should().BeTrue();

        read.Should().Be(signal);
    }

    /// <summary>Texts arrive as octets.</summary>
    private static BasicProperties Arrived(BasicProperties sent)
    {
        sent.Headers = sent.Headers!.ToDictionary(header => header.Key, header => header.Value is string text ? Encoding.UTF8.GetBytes(text) : header.Value, StringComparer.Ordinal);
        return sent;
    }
}
