using System.Buffers;
using System.Text;
using Chat.Tests.Fuzz;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Protocol;

/// <summary>
/// Whatever stands in a destination, a user's name, a receipt id, an error or a sender's own header: the client sees the headers that the server wrote, each
/// with its value, and no other; and the frame ends where the server ended it. The frames are read as the libraries do, by lines.
/// </summary>
public sealed class HeaderInjectionTests
{
    private const int Tries = 20_000;
    private const ulong FixedSeed = 20261124;

    private static readonly string[] Parts =
    [
        "\n", "\r", "\r\n", "\0", ":", "\\", "\\n", "\\c", "\n\n", "\nevil:1", "\r\nevil:1\r\n", "\n\n\0SEND\n", "content-length:0", "a", " ", "é", "한", "😀", "\ud800", "\udc00", "\u0085", "\u2028",
    ];

    private readonly ulong _freshSeed = FuzzRun.FreshSeed();

    [Theory]
    [InlineData(StompVersion.V10)]
    [InlineData(StompVersion.V11)]
    [InlineData(StompVersion.V12)]
    internal void No_value_makes_a_second_header_or_ends_the_frame(StompVersion version) => ForAll(dice =>
    {
        var (a, b, c) = (Text(dice), Text(dice), Text(dice));
        ShouldHave(version, w => FrameWriter.WriteReceipt(w, version, a), "RECEIPT", ("receipt-id", a));
        ShouldHave(version, w => FrameWriter.WriteMessageHead(w, version, a, b), "MESSAGE", ("subscription", a), ("destination", b));
        ShouldHave(
            version, w => FrameWriter.WriteError(w, version, new Violation(a, "detail", b), c), "ERROR",
            ("message", a), ("code", b), ("version", "1.0,1.1,1.2"), ("receipt-id", c), ("content-type", "text/plain"), ("content-length", "6"));
        ShouldHave(
            StompVersion.V10, w => FrameWriter.WriteConnected(w, version, "0,0", a, b, c), "CONNECTED",
            ("version", version.Text()), ("heart-beat", "0,0"), ("session", a), ("server", b), ("user-name", c));
    });

    [Theory]
    [InlineData(StompVersion.V10)]
    [InlineData(StompVersion.V11)]
    [InlineData(StompVersion.V12)]
    internal void A_senders_own_header_arrives_under_its_own_name_or_not_at_all(StompVersion version) => ForAll(dice =>
    {
        var own = Enumerable.Range(0, 1 + dice.Few(3)).Select(_ => (Name: Text(dice), Value: Text(dice))).ToList();
        var written = own.Where(h => HeaderEscaping.CanWriteName(h.Name, version));

        ShouldHave(
            version, w => FrameWriter.WriteMessage(w, version, [.. own.Select(h => KeyValuePair.Create(h.Name, h.Value))], "body"u8), "MESSAGE",
            [.. written, ("content-length", "4")]);
    });

    [Theory]
    [InlineData("plain", true, true, true)]
    [InlineData("content-length:0", false, true, true)]
    [InlineData("a\nb", false, true, true)]
    [InlineData("a\rb", false, false, true)]
    [InlineData("a\0b", false, false, false)]
    [InlineData("", false, false, false)]
    public void A_name_is_written_by_the_versions_that_have_escapes_for_it(string name, bool in10, bool in11, bool in12) =>
        Enum.GetValues<StompVersion>().Select(version => HeaderEscaping.CanWriteName(name, version)).Should().Equal(in10, in11, in12);

    private void ForAll(Action<Dice> property)
    {
        for (var i = 0; i < Tries; i++)
        {
            var seed = (i % 2 == 0 ? FixedSeed : _freshSeed) + ((ulong)i << 32);
            try
            {
                property(new Dice(seed));
            }
            catch (Exception e)
            {
                throw new FuzzFindException($"By seed {seed}", e);
            }
        }
    }

    private static string Text(Dice dice) => string.Concat(Enumerable.Range(0, dice.Few(8)).Select(_ => dice.Pick(Parts)));

    private static void ShouldHave(StompVersion escapes, Action<IBufferWriter<byte>> write, string command, params (string Name, string Value)[] headers)
    {
        var written = new ArrayBufferWriter<byte>();
        write(written);
        var text = Encoding.UTF8.GetString(written.WrittenSpan);
        var headEnd = text.IndexOf("\n\n", StringComparison.Ordinal);
        // The head of a MESSAGE is written by itself: what comes behind it is the same for everybody.
        var head = headEnd < 0 ? text.TrimEnd('\n') : text[..headEnd];

        var lines = head.Split('\n');
        var read = lines.Skip(1).Select(line => (Unescape(line[..line.IndexOf(':')], escapes), Unescape(line[(line.IndexOf(':') + 1)..], escapes)));
        if (lines[0] != command || head.AsSpan().ContainsAny('\0', '\r') || !read.SequenceEqual(headers.Select(h => (AsRead(h.Name, escapes), AsRead(h.Value, escapes)))))
            throw new InvalidOperationException($"{FuzzText.Of(written.WrittenSpan)} where there should be {string.Join(", ", headers)}");
    }

    /// <summary>What a version cannot say is a blank, and half of a surrogate pair the replacement character.</summary>
    private static string AsRead(string text, StompVersion version)
    {
        var valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', ' ');
        return version switch
        {
            StompVersion.V10 => valid.Replace('\n', ' ').Replace('\r', ' '),
            StompVersion.V11 => valid.Replace('\r', ' '),
            _ => valid,
        };
    }

    private static string Unescape(string text, StompVersion version) => version is StompVersion.V10 ? text : string.Join('\\', text.Split(@"\\").Select(part => part
        .Replace(@"\n", "\n", StringComparison.Ordinal).Replace(@"\r", "\r", StringComparison.Ordinal).Replace(@"\c", ":", StringComparison.Ordinal)));
}
