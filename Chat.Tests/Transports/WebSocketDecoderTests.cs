using System.Buffers;
using System.Text;
using Chat.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

public sealed class WebSocketDecoderTests
{
    [Fact]
    public void Messages_come_out_whole_wherever_their_frames_are_cut()
    {
        byte[] sample =
        [
            .. ClientFrames.Text("SEND\n"),
            .. ClientFrames.Text("frag", isFinal: false),
            .. ClientFrames.Frame(WebSocketOpcode.Ping, "are you there"u8.ToArray()),
            .. ClientFrames.Frame(WebSocketOpcode.Continuation, "ment"u8.ToArray()),
            .. ClientFrames.Frame(WebSocketOpcode.Pong, []),
            .. ClientFrames.Frame(WebSocketOpcode.Binary, Enumerable.Range(0, 300).Select(at => (byte)at).ToArray()),
            .. ClientFrames.Text(""),
            .. ClientFrames.Close(1000),
        ];
        var whole = Decode([sample]);
        whole.Steps.Should().Equal("EndOfMessage", "Ping are you there", "EndOfMessage", "EndOfMessage", "EndOfMessage", "Close \u0003è");
        whole.Data.Should().StartWith("SEND\nfragment").And.HaveLength(5 + 8 + 300);

        for (var cut = 0; cut <= sample.Length; cut++)
            Decode([sample[..cut], sample[cut..]]).Should().BeEquivalentTo(whole, "the cut is at {0}", cut);
        Decode(sample.Select(octet => new[] { octet }).ToArray()).Should().BeEquivalentTo(whole);
    }

    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(200_000)]
    public void Each_way_to_write_a_length_is_read(int length)
    {
        var (data, steps) = Decode([ClientFrames.Text(new string('x', length))]);
        data.Should().Be(new string('x', length));
        steps.Should().Equal("EndOfMessage");
    }

    [Fact]
    public void Unmasking_gives_the_same_in_any_pieces() =>
        Prop.ForAll<byte[], int, uint>((octets, cut, key) =>
        {
            var at = octets.Length == 0 ? 0 : (int)((uint)cut % octets.Length);
            var result = new byte[octets.Length];
            var next = WebSocketFraming.Unmask(octets.AsSpan(0, at), result, key);
            WebSocketFraming.Unmask(octets.AsSpan(at), result.AsSpan(at), next);
            return result.SequenceEqual(octets.Select((octet, i) => (byte)(octet ^ (byte)(key >> (8 * (i % 4))))));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Long_payloads_are_unmasked_by_vectors_as_by_octets()
    {
        for (var length = 0; length < 200; length++)
        {
            var octets = Enumerable.Range(0, length).Select(at => (byte)(at * 7)).ToArray();
            var result = new byte[length];
            WebSocketFraming.Unmask(octets, result, 0x3D21FA37);
            result.Should().Equal(octets.Select((octet, at) => (byte)(octet ^ ClientFrames.Key[at % 4])));
        }
    }

    [Theory]
    [InlineData("8101", "not masked")]
    [InlineData("C180", "reserved bit")]
    [InlineData("A180", "reserved bit")]
    [InlineData("9180", "reserved bit")]
    [InlineData("8380", "unknown opcode")]
    [InlineData("8B80", "unknown opcode")]
    [InlineData("0980", "control frame")]
    [InlineData("89FE", "control frame")]
    [InlineData("808000000000", "out of order")]
    [InlineData("018000000000818000000000", "out of order")]
    [InlineData("81FE007D00000000", "wrong frame length")]
    [InlineData("81FF000000000000FFFF00000000", "wrong frame length")]
    [InlineData("81FF800000000000000000000000", "wrong frame length")]
    [InlineData("81FFFFFFFFFFFFFFFFFF00000000", "wrong frame length")]
    [InlineData("88810000000003", "wrong close code")]
    [InlineData("88820000000003ED", "wrong close code")]
    [InlineData("88820000000003EE", "wrong close code")]
    [InlineData("888200000000FFFF", "wrong close code")]
    [InlineData("88830000000003E8FF", "not UTF-8")]
    public void What_the_protocol_forbids_is_refused_as_a_protocol_error(string octets, string why)
    {
        var decode = () => Decode([Convert.FromHexString(octets)]);
        decode.Should().Throw<TransportViolationException>().WithMessage($"*{why}*").Which.Reason.Should().Be(CloseReason.ProtocolError);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(65535, 4)]
    [InlineData(65536, 10)]
    public void Our_headers_use_the_shortest_length_and_no_mask(int payload, int header)
    {
        var octets = new byte[WebSocketFraming.MaxServerHeaderLength];
        WebSocketFraming.WriteHeader(octets, WebSocketOpcode.Text, payload).Should().Be(header);
        octets[0].Should().Be(0x81);
        (octets[1] & 0x80).Should().Be(0);
        var length = header switch { 2 => octets[1], 4 => (octets[2] << 8) | octets[3], _ => octets[2..].Aggregate(0L, (sum, octet) => (sum << 8) | octet) };
        length.Should().Be(payload);
    }

    [Theory]
    [InlineData("C3")]
    [InlineData("41E282")]
    [InlineData("F09F9841")]
    [InlineData("E282ACFF")]
    [InlineData("EDA080")]
    public void A_text_message_that_is_not_UTF_8_is_refused_however_it_is_cut(string octets)
    {
        var text = Convert.FromHexString(octets);
        for (var cut = 0; cut <= text.Length; cut++)
        {
            byte[] fragments =
            [
                .. ClientFrames.Frame(WebSocketOpcode.Text, text[..cut], isFinal: false),
                .. ClientFrames.Frame(WebSocketOpcode.Ping, "p"u8.ToArray()),
                .. ClientFrames.Frame(WebSocketOpcode.Continuation, text[cut..]),
            ];
            foreach (var pieces in new byte[][][] { [fragments], [.. fragments.Select(octet => new[] { octet })] })
            {
                var decode = () => Decode(pieces);
                decode.Should().Throw<TransportViolationException>("the cut is at {0}", cut).Which.Reason.Should().Be(CloseReason.InvalidData);
            }
        }
        Decode([ClientFrames.Frame(WebSocketOpcode.Binary, text)]).Steps.Should().Equal("EndOfMessage");
    }

    [Fact]
    public void A_character_may_lie_across_fragments_and_not_across_messages()
    {
        byte[] fragments = [.. ClientFrames.Frame(WebSocketOpcode.Text, [0xC3], isFinal: false), .. ClientFrames.Frame(WebSocketOpcode.Continuation, [0xA9])];
        Decode([fragments, ClientFrames.Text("é")]).Steps.Should().Equal("EndOfMessage", "EndOfMessage");

        var messages = () => Decode([[.. ClientFrames.Frame(WebSocketOpcode.Text, [0xC3]), .. ClientFrames.Frame(WebSocketOpcode.Text, [0xA9])]]);
        messages.Should().Throw<TransportViolationException>().Which.Reason.Should().Be(CloseReason.InvalidData);
    }

    [Fact]
    public void Messages_that_are_dropped_are_not_judged()
    {
        var decoder = new WebSocketDecoder();
        ReadOnlySpan<byte> octets = ClientFrames.Frame(WebSocketOpcode.Text, [0xC3, 0xFF]);
        decoder.Decode(ref octets, destination: null).Should().Be(WebSocketStep.EndOfMessage);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_message()
    {
        var decoder = new WebSocketDecoder();
        var data = new ArrayBufferWriter<byte>(4096);
        var frame = ClientFrames.Text(new string('x', 1000) + "é");
        DecodeOne();
        Allocations.ShouldBeNone(DecodeOne);

        void DecodeOne()
        {
            data.ResetWrittenCount();
            ReadOnlySpan<byte> octets = frame;
            decoder.Decode(ref octets, data);
        }
    }

    private static (string Data, List<string> Steps) Decode(byte[][] pieces)
    {
        var decoder = new WebSocketDecoder();
        var data = new ArrayBufferWriter<byte>();
        var steps = new List<string>();
        foreach (var piece in pieces)
        {
            ReadOnlySpan<byte> rest = piece;
            while (decoder.Decode(ref rest, data) is var step and not WebSocketStep.NeedMore)
                steps.Add(step == WebSocketStep.EndOfMessage ? "EndOfMessage" : $"{step} {Encoding.Latin1.GetString(decoder.ControlPayload)}");
            rest.Length.Should().Be(0);
        }
        return (Encoding.Latin1.GetString(data.WrittenSpan), steps);
    }
}
