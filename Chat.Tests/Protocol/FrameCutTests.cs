using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Protocol;

/// <summary>Where the network cuts the octets makes no difference, and whatever they are, the reader says so and lives.</summary>
public sealed class FrameCutTests
{
    /// <summary>Conversations, and what is almost one. Finds of the mutation test below are added here.</summary>
    public static IReadOnlyList<string> Samples { get; } =
    [
        "CONNECT\naccept-version:1.0,1.1,1.2\nhost:h\nheart-beat:10000,10000\nAuthorization:Bearer a.b.c\n\n\0",
        "\r\nSTOMP\r\naccept-version:1.2\r\nhost:h\r\n\r\n\0\r\n\n",
        "SUBSCRIBE\nid:0\ndestination:/topic/rooms.42\nack:auto\nsince:17\n\n\0",
        "SEND\ndestination:/app/rooms/42/messages\nreceipt:r-1\ncontent-length:24\n\n{\"text\":\"안녕 😀\"}\0\n\nSEND\ndestination:/a\n\nb\0",
        "SEND\ndestination:/a\ncontent-length:5\n\na\0\0\nb\0UNSUBSCRIBE\nid:0\n\n\0DISCONNECT\nreceipt:bye\n\n\0",
        "SEND\nk\\cey:v\\nal\\\\ue\\r\n\nbody\nwith\r\nlines\0",
        "SEND\nfoo:1\nfoo:2\n\n\0",
        "SEND\na:b\rc\n\n\0",
        "SEND\na:\\x\n\n\0",
        "NONSENSE\n\n\0",
        "SEND\ncontent-length:2\n\nabc\0",
    ];

    public static TheoryData<string> SampleData => [.. Samples];

    [Theory]
    [MemberData(nameof(SampleData))]
    public void A_sample_cut_at_any_place_gives_the_same_frames(string sample)
    {
        var octets = Encoding.UTF8.GetBytes(sample);
        var whole = Print(ReadFrames.Of(octets));
        for (var cut = 0; cut <= octets.Length; cut++) Print(ReadFrames.Of([octets[..cut], octets[cut..]])).Should().Be(whole, $"it was cut at {cut}");
        Print(ReadFrames.Of([.. octets.Select(o => (byte[])[o])])).Should().Be(whole);
        Print(ReadFrames.Of([.. octets.SelectMany(o => (byte[][])[[o], []])])).Should().Be(whole);
    }

    [Fact]
    public void Octets_at_random_give_frames_or_a_violation_and_the_same_wherever_they_are_cut()
    {
        var random = new Random(20261123);
        var samples = Samples.Select(Encoding.UTF8.GetBytes).ToList();
        for (var i = 0; i < 50_000; i++)
        {
            var octets = Mutate(samples[random.Next(samples.Count)], random);
            var version = (StompVersion)random.Next(3);
            var limits = new FrameLimits { MaxBodyBytes = 64, MaxHeaders = 4, MaxHeaderBytes = 128 };
            var cut = random.Next(octets.Length + 1);
            var whole = Print(ReadFrames.Of([octets], version, limits));
            Print(ReadFrames.Of([octets[..cut], octets[cut..]], version, limits)).Should().Be(whole, $"of {Convert.ToBase64String(octets)} cut at {cut}");
        }
    }

    [Fact]
    public void What_is_written_is_read_back_whatever_is_in_it()
    {
        Prop.ForAll(Generator().ToArbitrary(), written =>
        {
            var (destination, receipt, body) = written;
            var frame = $"SEND\ndestination:{Escaped(destination)}\nreceipt:{Escaped(receipt)}\ncontent-length:{Encoding.UTF8.GetByteCount(body)}\n\n{body}\0";
            var read = ReadFrames.Of(frame).Only;
            return read["destination"] == destination && read["receipt"] == receipt && read.Body == body;
        }).QuickCheckThrowOnFailure();

        static Gen<(string, string, string)> Generator()
        {
            var text = Gen.Elements("a", "한", "😀", ":", "\\", "\n", "\r", "n", "c", " ", "/", "\t").ListOf().Select(parts => string.Concat(parts));
            return text.SelectMany(_ => text, (a, b) => (a, b)).SelectMany(_ => text, (two, c) => (two.a, two.b, c + "\0"));
        }
    }

    /// <summary>Escapes by the server's own writer: a RECEIPT holds nothing else.</summary>
    private static string Escaped(string text)
    {
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        FrameWriter.WriteReceipt(writer, StompVersion.V12, text);
        return Encoding.UTF8.GetString(writer.WrittenSpan)["RECEIPT\nreceipt-id:".Length..^3];
    }

    private static byte[] Mutate(byte[] sample, Random random)
    {
        var octets = sample.ToList();
        for (var changes = random.Next(1, 6); changes > 0 && octets.Count > 0; changes--)
        {
            var at = random.Next(octets.Count);
            var special = "\0\n\r:\\ 0-9\u00ff"u8[random.Next(9)];
            switch (random.Next(4))
            {
                case 0: octets[at] = special; break;
                case 1: octets.Insert(at, special); break;
                case 2: octets.RemoveAt(at); break;
                default: octets.AddRange(octets.GetRange(at, random.Next(Math.Min(30, octets.Count - at)))); break;
            }
        }
        return [.. octets];
    }

    private static string Print(ReadResult result) => $"{string.Join('\n', result.Frames)}\n{result.Violation?.Detail}";
}
