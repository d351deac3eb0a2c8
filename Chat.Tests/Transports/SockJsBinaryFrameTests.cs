using System.Text;
using System.Text.Json;
using Stomp.Gateway.Transports;
using Stomp.Gateway.Transports.SockJs;

namespace Chat.Tests.Transports;

/// <summary>STOMP frames whose bodies are no text, over SockJS, which carries nothing else.</summary>
public sealed class SockJsBinaryFrameTests
{
    /// <summary>Octets by their numbers, and their count in the text that the client gets.</summary>
    public static TheoryData<byte[], int> Bodies => new()
    {
        { [0xFF], 3 },
        { [0x61, 0xFF, 0xFE, 0x62], 8 },
        { [0xE2, 0x82], 3 },
        { [0xE2, 0x82, 0xAC, 0xC0], 6 },
        { [0xED, 0xA0, 0x80], 3 },
        { [0xF0, 0x9F, 0x98, 0x80, 0x80], 7 },
        { [0x00, 0x0A, 0x0A, 0xFF, 0x00], 7 },
        { [], 0 },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void The_length_is_that_of_the_text_and_the_frame_ends_where_it_says(byte[] body, int length)
    {
        var text = Send($"MESSAGE\ndestination:/x\ncontent-length:{body.Length}\nsubscription:1\n\n", [.. body, 0]);

        text.Should().StartWith($"MESSAGE\ndestination:/x\ncontent-length:{length}\nsubscription:1\n\n");
        var octets = Encoding.UTF8.GetBytes(text);
        var head = text.IndexOf("\n\n", StringComparison.Ordinal) + 2;
        octets.Should().HaveCount(head + length + 1).And.EndWith((byte)0);
    }

    [Fact]
    public void What_is_no_text_becomes_the_replacement_character_and_the_rest_stays() =>
        Send("MESSAGE\ncontent-length:9\n\n", [.. "안"u8, 0xFF, .. "\"\\é"u8, 0xC3, 0]).Should().Be("MESSAGE\ncontent-length:13\n\n안\ufffd\"\\é\ufffd\0");

    [Theory]
    [InlineData("MESSAGE\n\n")]
    [InlineData("MESSAGE\ncontent-length:many\n\n")]
    [InlineData("MESSAGE\ncontent-length:-1\n\n")]
    [InlineData("MESSAGE\ncontent-length:100\n\n")]
    [InlineData("MESSAGE\nx-content-length:1\n\n")]
    [InlineData("no frame at all")]
    public void Without_a_length_that_fits_nothing_is_corrected(string head) => Send(head, [0xFF, 0]).Should().Be(head + "\ufffd\0");

    [Fact]
    public void Of_two_lengths_the_first_counts() =>
        Send("MESSAGE\ncontent-length:1\ncontent-length:1\n\n", [0xFF, 0]).Should().Be("MESSAGE\ncontent-length:3\ncontent-length:1\n\n\ufffd\0");

    [Fact]
    public void A_length_in_the_body_is_not_touched() =>
        Send("MESSAGE\n\n", [.. "\ncontent-length:1\n\n"u8, 0xFF, 0]).Should().Be("MESSAGE\n\n\ncontent-length:1\n\n\ufffd\0");

    /// <summary>What a client has when it has undone the JSON; a lone surrogate becomes U+FFFD there when it makes octets of it.</summary>
    private static string Send(string head, byte[] tail)
    {
        var frame = new PooledBuffer();
        SockJsFrame.AddMessage(frame, new OutboundFrame(Encoding.UTF8.GetBytes(head), tail, IsText: false));
        SockJsFrame.EndMessages(frame);
        var json = Encoding.UTF8.GetString(frame.Span)[1..].Replace(@"\ud800", @"\ufffd");
        frame.Clear();
        return JsonSerializer.Deserialize<string[]>(json).Should().ContainSingle().Subject;
    }
}
