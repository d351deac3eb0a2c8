using System.Buffers;
using Chat.Domain.Brokering;
using Stomp.Gateway.Destinations.General;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Destinations;

public sealed class MessageHeadersTests
{
    [Fact]
    public void A_senders_own_header_is_none_of_the_servers_by_blanks_around_its_name()
    {
        var reader = new FrameReader(new FrameLimits()) { Version = StompVersion.V12 };
        var buffer = new ReadOnlySequence<byte>("SEND\ncontent-length :0\n\tdestination:/topic/other\n ack:1\nown :kept\n\n\0"u8.ToArray());
        reader.TryRead(ref buffer, out var frame).Should().BeTrue();

        MessageHeaders.Read(frame).Headers.Select(h => (h.Key, h.Value)).Should().Equal(("own ", "kept"));

        var ofAmqp = new BrokerMessage(ReadOnlyMemory<byte>.Empty) { Headers = [new("content-length ", "0"), new("own", "kept")] };
        MessageHeaders.Write(ofAmqp).Select(h => (h.Key, h.Value)).Should().Equal(("own", "kept"));
    }
}
