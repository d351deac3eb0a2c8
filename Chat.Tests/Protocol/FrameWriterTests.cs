using System.Buffers;
using System.Text;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Protocol;

/// <summary>The server's frames, octet for octet.</summary>
public sealed class FrameWriterTests
{
    [Fact]
    public void CONNECTED_need_not_name_the_server() =>
        Written(w => FrameWriter.WriteConnected(w, StompVersion.V12, "10000,10000", "s-1", server: null, "alice"))
            .Should().Be("CONNECTED\nversion:1.2\nheart-beat:10000,10000\nsession:s-1\nuser-name:alice\n\n\0");

    [Fact]
    public void CONNECTED_says_version_heart_beats_session_server_and_user_and_is_never_escaped() =>
        Written(w => FrameWriter.WriteConnected(w, StompVersion.V12, "10000,10000", "s-1", "ChatStomp/1", "al:i\\ce"))
            .Should().Be("CONNECTED\nversion:1.2\nheart-beat:10000,10000\nsession:s-1\nserver:ChatStomp/1\nuser-name:al:i\\ce\n\n\0");

    [Theory]
    [InlineData(StompVersion.V12, "a\\n\\r\\c\\\\b")]
    [InlineData(StompVersion.V11, "a\\n \\c\\\\b")]
    [InlineData(StompVersion.V10, "a  :\\b")]
    internal void A_receipt_id_comes_back_as_its_version_writes_it(StompVersion version, string written) =>
        Written(w => FrameWriter.WriteReceipt(w, version, "a\n\r:\\b")).Should().Be($"RECEIPT\nreceipt-id:{written}\n\n\0");

    [Fact]
    public void MESSAGE_is_a_head_for_the_subscriber_and_a_tail_for_everybody()
    {
        Written(w => FrameWriter.WriteMessageHead(w, StompVersion.V12, "sub-0", "/topic/rooms.4:2")).Should().Be("MESSAGE\nsubscription:sub-0\ndestination:/topic/rooms.4\\c2\n");
        Written(w => FrameWriter.WriteMessageHead(w, StompVersion.V10, subscription: null, "/topic/rooms.42")).Should().Be("MESSAGE\ndestination:/topic/rooms.42\n");
        Written(w => FrameWriter.WriteMessageTail(w, "r-18", 18, Encoding.UTF8.GetBytes("{\"a\":\"안\"}")))
            .Should().Be("message-id:r-18\ncontent-type:application/json;charset=utf-8\ncontent-length:11\nseq:18\n\n{\"a\":\"안\"}\0");
        Written(w => FrameWriter.WriteMessageTail(w, "x", seq: null, "{}"u8)).Should().Be("message-id:x\ncontent-type:application/json;charset=utf-8\ncontent-length:2\n\n{}\0");
    }

    [Fact]
    public void ERROR_has_the_versions_the_code_the_receipt_and_the_detail_as_text() =>
        Written(w => FrameWriter.WriteError(w, StompVersion.V12, new Violation("Bad: thing", "Détail", "invalid"), "r\n1"))
            .Should().Be("ERROR\nmessage:Bad\\c thing\ncode:invalid\nversion:1.0,1.1,1.2\nreceipt-id:r\\n1\ncontent-type:text/plain\ncontent-length:7\n\nDétail\0");

    [Theory]
    [InlineData(null, "1.0")]
    [InlineData("1.0", "1.0")]
    [InlineData("1.1,1.0", "1.1")]
    [InlineData("1.0,1.1,1.2", "1.2")]
    [InlineData("1.2 , 1.0", "1.2")]
    [InlineData("2.1,1.1", "1.1")]
    [InlineData("2.0", null)]
    [InlineData("", null)]
    [InlineData("1.2.0", null)]
    public void The_highest_common_version_is_spoken(string? offered, string? spoken)
    {
        var found = StompVersions.TryNegotiate(offered, out var version);
        (found ? version.Text() : null).Should().Be(spoken);
    }

    /// <summary>Whatever is put into a header, no second header comes out of it.</summary>
    [Theory]
    [InlineData(StompVersion.V10)]
    [InlineData(StompVersion.V11)]
    [InlineData(StompVersion.V12)]
    internal void A_line_end_in_a_value_never_makes_a_second_header(StompVersion version)
    {
        const string Evil = "x\nevil:1\r\nmore:2\r";

        Written(w => FrameWriter.WriteReceipt(w, version, Evil)).Split('\n').Should().HaveCount(4);
        Written(w => FrameWriter.WriteMessageHead(w, version, Evil, Evil)).Split('\n').Should().HaveCount(4);
        Written(w => FrameWriter.WriteConnected(w, version, "0,0", Evil, Evil, Evil)).Should().NotContain("\nevil").And.NotContain("\r");
        Written(w => FrameWriter.WriteError(w, version, new Violation(Evil, "d", Evil), Evil)).Should().NotContain("\nevil").And.NotContain("\r");
    }

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var writer = new ArrayBufferWriter<byte>();
        write(writer);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}
