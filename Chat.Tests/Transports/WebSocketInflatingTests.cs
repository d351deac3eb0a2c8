using System.Buffers;
using System.Text;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

/// <summary>Compressed messages of a client (RFC 7692), by octets.</summary>
public sealed class WebSocketInflatingTests
{
    private const int Limit = 100_000;

    private static readonly byte[] Event = Encoding.UTF8.GetBytes(string.Concat(
        Enumerable.Range(0, 40).Select(at => $"{{\"seq\":{at},\"text\":\"tea é€😀\"}}")));

    /// <summary>RFC 7692 section 7.2.3, the payloads of its examples.</summary>
    [Theory]
    [InlineData("F248CDC9C90700", "Hello")]
    [InlineData("000500FAFF48656C6C6F00", "Hello")]
    [InlineData("F348CDC9C9070000", "Hello")]
    [InlineData("F24805000000FFFFCAC9C90700", "Hello")]
    [InlineData("00", "")]
    public void The_examples_of_the_RFC_are_read_wherever_they_are_cut(string payload, string text)
    {
        var octets = Convert.FromHexString(payload);
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            byte[] frames =
            [
                .. ClientFrames.Frame(WebSocketOpcode.Text, octets[..cut], isFinal: false, reserved: 0x40),
                .. ClientFrames.Frame(WebSocketOpcode.Ping, []),
                .. ClientFrames.Frame(WebSocketOpcode.Continuation, octets[cut..]),
                .. ClientFrames.Text("!"),
            ];
            Decode(frames).Should().Be(text + "|!|");
            Decode([.. frames.Select(octet => new[] { octet })]).Should().Be(text + "|!|");
        }
    }

    [Fact]
    public void Each_message_is_compressed_or_not_and_stands_for_itself()
    {
        var message = Encoding.UTF8.GetString(Event);
        byte[] frames = [.. ClientFrames.Deflated(message), .. ClientFrames.Text("plain"), .. ClientFrames.Deflated(""), .. ClientFrames.Deflated(message)];
        Decode(frames).Should().Be($"{message}|plain||{message}|");
    }

    [Fact]
    public void A_message_in_frames_of_one_octet_is_read()
    {
        var deflated = ClientFrames.Deflate(Event);
        var frames = deflated.SelectMany((octet, at) => ClientFrames.Frame(
            at == 0 ? WebSocketOpcode.Text : WebSocketOpcode.Continuation, [octet], isFinal: at == deflated.Length - 1, reserved: at == 0 ? 0x40 : 0));
        Decode([.. frames]).Should().Be(Encoding.UTF8.GetString(Event) + "|");
    }

    [Fact]
    public void A_message_that_is_cut_short_is_broken()
    {
        var deflated = ClientFrames.Deflate(Event);
        for (var length = 0; length < deflated.Length - 1; length++)
        {
            var refusal = Refusal(ClientFrames.Frame(WebSocketOpcode.Text, deflated[..length], reserved: 0x40));
            refusal.Should().Be(CloseReason.InvalidData, "{0} octets are left", length);
        }
    }

    [Fact]
    public void A_flipped_bit_breaks_a_message_or_changes_it_and_nothing_else()
    {
        var deflated = ClientFrames.Deflate(Event);
        for (var bit = 0; bit < deflated.Length * 8; bit++)
        {
            var broken = deflated.ToArray();
            broken[bit / 8] ^= (byte)(1 << (bit % 8));
            var refusal = Refusal(ClientFrames.Frame(WebSocketOpcode.Binary, broken, reserved: 0x40));
            refusal.Should().BeOneOf(null, CloseReason.InvalidData, CloseReason.MessageTooBig);
        }
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("07")]
    [InlineData("000500000048656C6C6F00")]
    [InlineData("")]
    public void What_is_no_DEFLATE_is_broken(string payload) =>
        Refusal(ClientFrames.Frame(WebSocketOpcode.Text, Convert.FromHexString(payload), reserved: 0x40)).Should().Be(CloseReason.InvalidData);

    [Fact]
    public void A_client_that_takes_its_context_over_is_refused()
    {
        // RFC 7692 section 7.2.3.2: the second "Hello" points to the first.
        byte[] frames =
        [
            .. ClientFrames.Frame(WebSocketOpcode.Text, Convert.FromHexString("F248CDC9C90700"), reserved: 0x40),
            .. ClientFrames.Frame(WebSocketOpcode.Text, Convert.FromHexString("F200110000"), reserved: 0x40),
        ];
        Refusal(frames).Should().Be(CloseReason.InvalidData);
    }

    [Fact]
    public void What_follows_a_final_block_is_passed_over()
    {
        byte[] final = [.. Convert.FromHexString("F348CDC9C90700"), .. new byte[50_000]];
        Decode([.. ClientFrames.Frame(WebSocketOpcode.Text, final, reserved: 0x40), .. ClientFrames.Deflated("next")]).Should().Be("Hello|next|");
    }

    [Theory]
    [InlineData("E180")]
    [InlineData("D180")]
    [InlineData("F180")]
    [InlineData("A180")]
    [InlineData("9180")]
    [InlineData("C980")]
    [InlineData("CA80")]
    [InlineData("C880")]
    [InlineData("C080")]
    [InlineData("418000000000C08000000000")]
    public void A_reserved_bit_stands_only_on_the_first_frame_of_a_message(string octets) =>
        Refusal(Convert.FromHexString(octets)).Should().Be(CloseReason.ProtocolError);

    [Fact]
    public void A_message_may_inflate_to_the_limit_and_not_to_more()
    {
        foreach (var opcode in new[] { WebSocketOpcode.Text, WebSocketOpcode.Binary })
        {
            Refusal([.. ClientFrames.Deflated(opcode, new byte[Limit]), .. ClientFrames.Deflated(opcode, new byte[Limit])]).Should().BeNull();
            Refusal(ClientFrames.Deflated(opcode, new byte[Limit + 1])).Should().Be(CloseReason.MessageTooBig);
        }
    }

    [Fact]
    public void The_limit_counts_for_all_fragments_of_a_message_together()
    {
        var deflated = ClientFrames.Deflate(new byte[Limit + 1]);
        var frames = deflated.Chunk(10).SelectMany((octets, at) => ClientFrames.Frame(
            at == 0 ? WebSocketOpcode.Text : WebSocketOpcode.Continuation, octets, isFinal: false, reserved: at == 0 ? 0x40 : 0));
        Refusal([.. frames]).Should().Be(CloseReason.MessageTooBig, "it was too much before the message was complete");
    }

    [Fact]
    public void What_inflates_much_comes_in_steps_that_can_be_passed_on()
    {
        using var inflater = new MessageInflater(long.MaxValue);
        var decoder = new WebSocketDecoder(inflater);
        ReadOnlySpan<byte> octets = ClientFrames.Deflated(new string('\n', 10_000_000));
        octets.Length.Should().BeLessThan(16 * 1024, "all of it could come in one read");

        var total = 0;
        WebSocketStep step;
        do
        {
            var data = new ArrayBufferWriter<byte>();
            step = decoder.Decode(ref octets, data);
            data.WrittenCount.Should().BeLessThan(64 * 1024);
            total += data.WrittenCount;
        }
        while (step == WebSocketStep.PassOn);
        step.Should().Be(WebSocketStep.EndOfMessage);
        total.Should().Be(10_000_000);
    }

    [Fact]
    public void A_message_that_is_dropped_in_the_middle_is_read_over()
    {
        using var inflater = new MessageInflater(Limit);
        var decoder = new WebSocketDecoder(inflater);
        ReadOnlySpan<byte> octets = (byte[])[.. ClientFrames.Deflated(new string('x', 90_000)), .. ClientFrames.Deflated("next"), .. ClientFrames.Close(1000)];
        decoder.Decode(ref octets, new ArrayBufferWriter<byte>()).Should().Be(WebSocketStep.PassOn);
        decoder.Decode(ref octets, destination: null).Should().Be(WebSocketStep.EndOfMessage);
        decoder.Decode(ref octets, destination: null).Should().Be(WebSocketStep.EndOfMessage);
        decoder.Decode(ref octets, destination: null).Should().Be(WebSocketStep.Close);
    }

    [Fact]
    public void Text_is_checked_as_it_is_behind_the_compression()
    {
        byte[] notUtf8 = [.. Event, 0xE2, 0x82];
        Refusal(ClientFrames.Deflated(WebSocketOpcode.Text, notUtf8)).Should().Be(CloseReason.InvalidData);
        Refusal(ClientFrames.Deflated(WebSocketOpcode.Binary, notUtf8)).Should().BeNull();
    }

    private static CloseReason? Refusal(byte[] octets)
    {
        try
        {
            Decode(octets);
            return null;
        }
        catch (TransportViolationException violation)
        {
            return violation.Reason;
        }
    }

    /// <summary>The text of the messages, with a bar behind each.</summary>
    private static string Decode(params byte[][] pieces)
    {
        using var inflater = new MessageInflater(Limit);
        var decoder = new WebSocketDecoder(inflater);
        var data = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
        {
            ReadOnlySpan<byte> rest = piece;
            while (decoder.Decode(ref rest, data) is var step and not WebSocketStep.NeedMore)
            {
                if (step == WebSocketStep.EndOfMessage)
                    data.Write("|"u8);
            }
            rest.Length.Should().Be(0);
        }
        return Encoding.UTF8.GetString(data.WrittenSpan);
    }
}
