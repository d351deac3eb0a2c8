using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Stomp.Gateway.Transports;
using Stomp.Gateway.Transports.SockJs;

namespace Chat.Tests.Transports;

public sealed class SockJsJsonTests
{
    [Fact]
    public void Any_text_comes_back_from_the_JSON_that_we_send() =>
        Prop.ForAll<string?[]>(texts =>
        {
            var valid = texts.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""))).ToArray();
            return valid.Length == 0 || JsonSerializer.Deserialize<string[]>(Messages(valid))!.SequenceEqual(valid);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_comes_in_from_the_JSON_that_a_client_sends() =>
        Prop.ForAll<string?[]>(texts =>
        {
            var valid = texts.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""))).ToArray();
            return Read(JsonSerializer.Serialize(valid)) == (SockJsPayload.Messages, string.Concat(valid));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_browsers_lose_is_escaped_in_lower_case_or_by_its_short_name()
    {
        int[] escaped =
        [
            .. Enumerable.Range(0, 0x20), .. Enumerable.Range(0x200C, 4), .. Enumerable.Range(0x2028, 8), .. Enumerable.Range(0x2060, 16), .. Enumerable.Range(0xFFF0, 16),
        ];
        foreach (var character in escaped.Select(code => (char)code).Except("\b\f\n\r\t"))
            Messages(character.ToString()).Should().Be($"[\"\\u{(int)character:x4}\"]");
        Messages("\b\f\n\r\t").Should().Be("""["\b\f\n\r\t"]""");
    }

    [Theory]
    [InlineData("plain, \u007f é \u200b \u2010 \u2027 \u2070 \uffef 한 😀")]
    public void All_else_goes_out_as_it_is(string text) => Messages(text).Should().Be($"[\"{text}\"]");

    [Fact]
    public void Quotes_and_backslashes_are_escaped() => Messages("a\"b\\c").Should().Be("""["a\"b\\c"]""");

    [Fact]
    public void Octets_that_are_no_text_become_the_replacement_character() =>
        Escape([0x61, 0xFF, 0x62, 0xE2, 0x82], isText: false).Should().Be(@"a\ufffdb\ufffd");

    [Fact]
    public void A_character_cut_off_at_the_end_does_no_harm_even_where_text_was_promised() =>
        Escape([0x61, 0xE2, 0x80], isText: true).Should().Be(@"a\ufffd");

    [Theory]
    [InlineData(@"\ud800")]
    [InlineData(@"\udbff")]
    [InlineData(@"\udc00x")]
    [InlineData(@"\udfff\ud800")]
    [InlineData(@"x\ud800\ud800")]
    public void Lone_surrogates_go_out_as_they_came_in(string inside)
    {
        var octets = new ArrayBufferWriter<byte>();
        SockJsMessages.Read(Encoding.UTF8.GetBytes($"[\"{inside}\"]"), allowBareString: false, octets).Should().Be(SockJsPayload.Messages);
        Escape(octets.WrittenSpan, isText: false).Should().Be(inside);
    }

    [Theory]
    [InlineData("""["a","b"]""", "ab")]
    [InlineData("[]", "")]
    [InlineData(""" [ "\b\f\n\r\t\"\\\/\u00e9\u0000" ] """, "\b\f\n\r\t\"\\/é\0")]
    [InlineData("""["\ud83d\ude00\uD83D\uDE00"]""", "😀😀")]
    public void Arrays_of_strings_are_taken(string json, string octets) => Read(json).Should().Be((SockJsPayload.Messages, octets));

    [Theory]
    [InlineData("", "Missing")]
    [InlineData(" \n", "Missing")]
    [InlineData("{}", "Missing")]
    [InlineData("\"x\"", "Missing")]
    [InlineData("1", "Missing")]
    [InlineData("[1]", "Missing")]
    [InlineData("[[\"x\"]]", "Missing")]
    [InlineData("[\"x", "Broken")]
    [InlineData("[\"x\"", "Broken")]
    [InlineData("[\"x\"] y", "Broken")]
    [InlineData("[\"\\q\"]", "Broken")]
    [InlineData("[\"\\u12\"]", "Broken")]
    [InlineData("{\"x\"", "Broken")]
    [InlineData("x", "Broken")]
    public void Everything_else_is_told_apart_as_the_protocol_wants(string json, string payload) => Read(json).Payload.ToString().Should().Be(payload);

    [Fact]
    public void One_bare_string_is_taken_where_it_is_allowed()
    {
        Read("\"x\"", allowBareString: true).Should().Be((SockJsPayload.Messages, "x"));
        Read("\"x\" y", allowBareString: true).Payload.Should().Be(SockJsPayload.Broken);
        Read("\"x\"]", allowBareString: true).Payload.Should().Be(SockJsPayload.Broken);
    }

    [Fact]
    public void A_close_frame_names_code_and_reason() =>
        Encoding.UTF8.GetString(SockJsFrame.Close(3000, "Go \"away\"!").Span).Should().Be("""c[3000,"Go \u0022away\u0022!"]""");

    private static string Messages(params string[] texts)
    {
        var frame = new PooledBuffer();
        foreach (var text in texts)
        {
            var octets = Encoding.UTF8.GetBytes(text);
            SockJsFrame.AddMessage(frame, new OutboundFrame(octets, default));
        }
        SockJsFrame.EndMessages(frame);
        var result = Encoding.UTF8.GetString(frame.Span);
        frame.Clear();
        result.Should().StartWith("a[");
        return result[1..];
    }

    private static string Escape(ReadOnlySpan<byte> octets, bool isText)
    {
        var escaped = new ArrayBufferWriter<byte>();
        SockJsFrame.WriteEscaped(escaped, octets, isText);
        return Encoding.UTF8.GetString(escaped.WrittenSpan);
    }

    private static (SockJsPayload Payload, string Octets) Read(string json, bool allowBareString = false)
    {
        var octets = new ArrayBufferWriter<byte>();
        var payload = SockJsMessages.Read(Encoding.UTF8.GetBytes(json), allowBareString, octets);
        return (payload, Encoding.UTF8.GetString(octets.WrittenSpan));
    }
}
