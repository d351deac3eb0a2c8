using System.Text;
using Chat.Tests.Support;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Protocol;

/// <summary>The grammar of frames (STOMP 1.2, Frames; Value Encoding; Repeated Header Entries; content-length; and where 1.0 and 1.1 differ).</summary>
public sealed class FrameReaderTests
{
    [Fact]
    public void A_frame_is_its_command_its_headers_and_its_body()
    {
        var frame = ReadFrames.Of("SEND\ndestination:/app/rooms/1/messages\ncontent-type:application/json\n\n{\"text\":\"안녕 😀\"}\0").Only;

        frame.Command.Should().Be(StompCommand.Send);
        frame.Headers.Should().Equal(("destination", "/app/rooms/1/messages"), ("content-type", "application/json"));
        frame.Body.Should().Be("{\"text\":\"안녕 😀\"}");
    }

    [Theory]
    [InlineData(StompVersion.V10)]
    [InlineData(StompVersion.V11)]
    [InlineData(StompVersion.V12)]
    internal void Lines_may_end_with_carriage_return_and_line_feed_in_every_version(StompVersion version) =>
        ReadFrames.Of("SUBSCRIBE\r\nid:1\r\ndestination:/a\r\n\r\n\0", version).Only.Headers.Should().Equal(("id", "1"), ("destination", "/a"));

    [Fact]
    public void Line_ends_between_frames_are_heart_beats_and_nothing_else()
    {
        ReadFrames.Of("\n\r\n\nDISCONNECT\n\n\0\n\n\r\n\nDISCONNECT\n\n\0\n\r\n").Should().Match<ReadResult>(r => r.Frames.Count == 2 && r.Left == 0);
        ReadFrames.Of("\n\r").Left.Should().Be(1);
        ReadFrames.Of("\n\rX").Violation.Should().Be(Violation.StrayCarriageReturn);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("STOMP")]
    [InlineData("SEND")]
    [InlineData("SUBSCRIBE")]
    [InlineData("UNSUBSCRIBE")]
    [InlineData("ACK")]
    [InlineData("NACK")]
    [InlineData("BEGIN")]
    [InlineData("COMMIT")]
    [InlineData("ABORT")]
    [InlineData("DISCONNECT")]
    public void Every_client_command_is_known(string command) => ReadFrames.Of($"{command}\n\n\0").Only.Command.ToString().Should().BeEquivalentTo(command);

    [Theory]
    [InlineData("send\n\n\0")]
    [InlineData("MESSAGE\n\n\0")]
    [InlineData("GET / HTTP/1.1\n\n\0")]
    [InlineData(" SEND\n\n\0")]
    [InlineData("SEND \n\n\0")]
    [InlineData("SENDS\n\n\0")]
    public void Another_first_line_is_a_bad_command(string text) => ReadFrames.Of(text).Violation.Should().Be(Violation.BadCommand);

    [Fact]
    public void Only_the_body_of_SEND_means_something()
    {
        ReadFrames.Of("SUBSCRIBE\nid:1\n\nwhatever\0").Only.Body.Should().BeEmpty();
        ReadFrames.Of("SUBSCRIBE\nid:1\ncontent-length:3\n\na\0b\0DISCONNECT\n\n\0").Frames.Should().HaveCount(2);
    }

    [Fact]
    public void The_first_colon_parts_name_and_value_and_a_value_may_be_empty() =>
        ReadFrames.Of("SEND\na:b:c\nempty:\n\n\0").Only.Headers.Should().Equal(("a", "b:c"), ("empty", ""));

    [Fact]
    public void Of_repeated_headers_the_first_counts() => ReadFrames.Of("SEND\nfoo:World\nfoo:Hello\n\n\0").Only["foo"].Should().Be("World");

    [Fact]
    public void Names_differ_by_letter_case() => ReadFrames.Of("SEND\nReceipt:1\nreceipt:2\n\n\0").Only["receipt"].Should().Be("2");

    [Theory]
    [InlineData("SEND\nno colon\n\n\0", "HeaderWithoutColon")]
    [InlineData("SEND\n:no name\n\n\0", "HeaderWithoutName")]
    [InlineData("SEND\na:b\rc\n\n\0", "StrayCarriageReturn")]
    [InlineData("SE\rND\n\n\0", "StrayCarriageReturn")]
    [InlineData("SEND\na:b\0\n\n\0", "NulInHead")]
    [InlineData("SEND\0", "NulInHead")]
    [InlineData("SEND\na:\\t\n\n\0", "UndefinedEscape")]
    [InlineData("SEND\na:b\\\n\n\0", "UndefinedEscape")]
    [InlineData("SEND\na\\x:b\n\n\0", "UndefinedEscape")]
    [InlineData("SEND\ncontent-length:-1\n\n\0", "BadContentLength")]
    [InlineData("SEND\ncontent-length:2\n\nabc\0", "MissingNul")]
    public void A_broken_rule_has_its_own_violation(string text, string violation) =>
        ReadFrames.Of(text).Violation.Should().BeSameAs(typeof(Violation).GetField(violation)!.GetValue(null));

    [Fact]
    public void Heads_are_UTF8()
    {
        byte[] octets = [.. "SEND\na:"u8, 0xC3, 0x28, .. "\n\n\0"u8];
        ReadFrames.Of(octets).Violation.Should().Be(Violation.InvalidUtf8);
    }

    [Fact]
    public void Escapes_are_undone_each_where_it_stands_in_names_and_values()
    {
        var frame = ReadFrames.Of("SEND\nna\\cme:\\n\\c\\r\\\\n\\\\\n\n\0").Only;

        frame.Headers.Should().Equal(("na:me", "\n:\r\\n\\"));
        frame["na:me"].Should().Be("\n:\r\\n\\");
    }

    [Fact]
    public void The_reader_finds_a_header_whose_name_was_escaped()
    {
        var reader = new FrameReader(new FrameLimits()) { Version = StompVersion.V12 };
        var buffer = new System.Buffers.ReadOnlySequence<byte>("SEND\nna\\cme:1\n\n\0"u8.ToArray());
        reader.TryRead(ref buffer, out var frame).Should().BeTrue();
        frame.GetHeader("na:me"u8).Should().Be("1");
    }

    [Fact]
    public void A_name_with_an_escape_is_not_the_name_that_it_looks_like() =>
        ReadFrames.Of("SEND\na\\\\b:one\na\\\\\\\\b:two\n\n\0", StompVersion.V12).Only["a\\\\b"].Should().Be("two");

    [Fact]
    public void Version_1_0_has_no_escapes_and_drops_blanks_in_front_of_a_value()
    {
        ReadFrames.Of("SEND\na:  \\n\\t b \n\n\0", StompVersion.V10).Only.Headers.Should().Equal(("a", "\\n\\t b "));
        ReadFrames.Of("SEND\na: b\n\n\0", StompVersion.V11).Only["a"].Should().Be(" b");
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("STOMP")]
    public void What_logs_in_is_never_escaped(string command) => ReadFrames.Of($"{command}\npasscode:a\\tb\\n\\\n\n\0").Only["passcode"].Should().Be("a\\tb\\n\\");

    [Fact]
    public void A_body_of_known_length_may_hold_NUL_and_counts_octets()
    {
        ReadFrames.Of("SEND\ncontent-length:5\n\na\0b\0c\0").Only.Body.Should().Be("a\0b\0c");
        ReadFrames.Of("SEND\ncontent-length:6\n\n안녕\0").Only.Body.Should().Be("안녕");
        ReadFrames.Of("SEND\ncontent-length:0\n\n\0").Only.Body.Should().BeEmpty();
    }

    [Theory]
    [InlineData("five")]
    [InlineData("")]
    [InlineData("5x")]
    [InlineData("99999999999999999999x")]
    [InlineData("-")]
    public void A_length_that_is_no_number_is_as_if_it_were_not_there(string length) => ReadFrames.Of($"SEND\ncontent-length:{length}\n\nab\0").Only.Body.Should().Be("ab");

    [Theory]
    [InlineData("99999999999999999999", "too_large")]
    [InlineData("+99999999999999999999", "too_large")]
    [InlineData("-1", null)]
    [InlineData("-99999999999999999999", null)]
    public void A_length_that_is_too_long_for_a_number_is_too_large_or_negative(string length, string? code)
    {
        var violation = ReadFrames.Of($"SEND\ncontent-length:{length}\n\nab\0").Violation!;
        violation.Code.Should().Be(code);
        (violation == Violation.BadContentLength).Should().Be(code is null);
    }

    [Fact]
    public void More_than_the_limits_is_refused_and_as_much_as_the_limits_is_not()
    {
        var limits = new FrameLimits { MaxBodyBytes = 10, MaxHeaders = 2, MaxHeaderBytes = 40 };

        ReadFrames.Of("SEND\na:1\nb:2\n\n0123456789\0", limits: limits).Only.Body.Should().HaveLength(10);
        ReadFrames.Of("SEND\na:1\nb:2\n\n0123456789x", limits: limits).Violation!.Code.Should().Be("too_large");
        ReadFrames.Of("SEND\na:1\nb:2\nc:3\n\n\0", limits: limits).Violation!.Code.Should().Be("too_large");
        ReadFrames.Of($"SEND\na:{new string('x', 40)}", limits: limits).Violation!.Code.Should().Be("too_large");
        ReadFrames.Of($"SEND\na:{new string('x', 31)}\n\n\0", limits: limits).Frames.Should().ContainSingle();
        ReadFrames.Of($"SEND\na:{new string('x', 32)}\n\n\0", limits: limits).Violation!.Code.Should().Be("too_large");
    }

    [Fact]
    public void A_body_that_will_be_too_large_is_refused_before_it_comes() =>
        ReadFrames.Of("SEND\ncontent-length:11\n\n", limits: new FrameLimits { MaxBodyBytes = 10 }).Violation!.Code.Should().Be("too_large");

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775744")]
    public void The_largest_length_that_there_is_is_waited_for_where_bodies_have_no_limit(string length) =>
        ReadFrames.Of($"SEND\ncontent-length:{length}\n\nab\0", limits: new FrameLimits { MaxBodyBytes = 0 }).Should().Match<ReadResult>(r => r.Violation == null && r.Left > 0);

    [Fact]
    public void What_lies_beyond_the_limit_of_a_head_is_not_looked_at_whatever_it_is()
    {
        var limits = new FrameLimits { MaxHeaderBytes = 40 };
        var tooLarge = Violation.HeadersTooLarge(40);

        ReadFrames.Of($"SEND\na:{new string('x', 34)}\0", limits: limits).Violation.Should().Be(tooLarge);
        ReadFrames.Of($"SEND\na:{new string('x', 33)}\0", limits: limits).Violation.Should().Be(Violation.NulInHead);
        ReadFrames.Of($"SEND\na:{new string('x', 32)}\n\r", limits: limits).Violation.Should().Be(tooLarge);
    }

    [Fact]
    public void Nothing_is_taken_of_a_frame_that_is_not_whole()
    {
        const string Whole = "SEND\nreceipt:1\ncontent-length:3\n\nabc\0";
        for (var length = 1; length < Whole.Length; length++)
            ReadFrames.Of(Whole[..length]).Should().Match<ReadResult>(r => r.Frames.Count == 0 && r.Left == length && r.Violation == null);
    }

    [Fact]
    public void Reading_a_SEND_allocates_nothing()
    {
        var octets = Encoding.UTF8.GetBytes("SEND\ndestination:/app/rooms/42/messages\nreceipt:17\ncontent-type:application/json\ncontent-length:20\n\n{\"text\":\"0123456789\"\0");
        var reader = new FrameReader(new FrameLimits()) { Version = StompVersion.V12 };
        Read(1_000);

        Allocations.ShouldBeNone(() => Read(10_000));

        void Read(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var buffer = new System.Buffers.ReadOnlySequence<byte>(octets);
                if (!reader.TryRead(ref buffer, out var frame) || frame.Body.Length != 20) throw new InvalidOperationException("The frame was not read.");
                if (reader.TryRead(ref buffer, out _)) throw new InvalidOperationException("There was another.");
            }
        }
    }

    [Fact]
    public void Readers_hold_nothing_of_the_frames_that_they_have_read()
    {
        ReadOnlyMemory<byte> octets = Encoding.UTF8.GetBytes($"SEND\ndestination:/app/rooms/42/messages\nfirst:{new string('x', 100)}\nsecond:y\n\n{{}}\0");
        var inPieces = Segments.Join([octets[..50], octets[50..]]);
        var limits = new FrameLimits();
        var readers = new FrameReader[10_000];
        Read(..100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(100..);
        // What they are themselves: a table of headers or a head put together would be more.
        ((GC.GetAllocatedBytesForCurrentThread() - before) / (readers.Length - 100)).Should().BeInRange(24, 120);

        void Read(Range some)
        {
            foreach (ref var reader in readers.AsSpan(some))
            {
                reader = new FrameReader(limits) { Version = StompVersion.V12 };
                var buffer = inPieces;
                if (!reader.TryRead(ref buffer, out _) || reader.TryRead(ref buffer, out _)) throw new InvalidOperationException("One frame was to be read.");
            }
        }
    }
}
