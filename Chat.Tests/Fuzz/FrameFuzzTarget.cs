using System.Buffers;
using System.Globalization;
using System.Text;
using Chat.Tests.Protocol;
using Chat.Tests.Support;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Fuzz;

/// <summary>What holds for the frame reader whatever comes in.</summary>
internal sealed class FrameFuzzTarget : IFuzzTarget
{
    public byte[][] Corpus { get; } = [.. FuzzCorpus.Read("Frames"), .. FrameCutTests.Samples.Select(Encoding.UTF8.GetBytes)];

    public byte[] Generate(Dice dice) => FrameGenerator.Generate(dice);

    public string Check(byte[] octets, Dice dice)
    {
        var settings = FrameSettings.Of(dice);
        var whole = FrameReading.Of([octets], settings);

        Same(whole, FrameReading.Of(Pieces.Of(octets, dice), settings), "read in pieces");
        Same(whole, PlainFrameReader.Read(octets, settings), "read by the plain reader");
        if (whole.Frames.Count > 0) CheckWrittenAgain(whole.Frames, settings);
        if (whole is { Violation: null, Left: 0 } && !settings.Negotiates) CheckAllocations(octets, settings, whole.Frames);
        return whole.Violation is { } violation ? $"{violation.Message}: {violation.Detail}" : whole.Left > 0 ? "not whole" : "good";
    }

    /// <summary>Written by the server's own escaping and read again, everything is as it was; only 1.1 has no escape for a CR and gets a blank.</summary>
    private static void CheckWrittenAgain(IReadOnlyList<FuzzFrame> frames, FrameSettings settings)
    {
        var octets = new ArrayBufferWriter<byte>(256);
        foreach (var frame in frames) Write(octets, frame);
        // Escapes may have made it longer.
        var again = FrameReading.Of([octets.WrittenMemory], settings with { Limits = new FrameLimits { MaxBodyBytes = 0, MaxHeaders = 64, MaxHeaderBytes = 64 * 1024 } });
        Same(new FrameReading([.. frames.Select(AsWritten)], Violation: null, Left: 0), again, $"written and read again: {FuzzText.Of(octets.WrittenSpan)}");
    }

    private static void Write(ArrayBufferWriter<byte> octets, FuzzFrame frame)
    {
        // In 1.0 nothing is escaped; elsewhere the login is not.
        var version = frame.Command.IsEscaped() ? frame.Version : StompVersion.V10;
        octets.Write(Encoding.UTF8.GetBytes(frame.Command.ToString().ToUpperInvariant()));
        foreach (var (name, value) in frame.Headers)
        {
            octets.Write("\n"u8);
            HeaderEscaping.Write(octets, name, version);
            octets.Write(":"u8);
            HeaderEscaping.Write(octets, value, version);
        }
        octets.Write("\n\n"u8);
        octets.Write(frame.Command.HasBody() ? frame.Body : new byte[AnnouncedLength(frame)]);
        octets.Write("\0"u8);
    }

    /// <summary>A body that was read over has left its length behind.</summary>
    private static int AnnouncedLength(FuzzFrame frame) =>
        int.TryParse(frame.Headers.FirstOrDefault(h => h.Name == "content-length").Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length) ? length : 0;

    private static FuzzFrame AsWritten(FuzzFrame frame) => frame.Version is not StompVersion.V11 || !frame.Command.IsEscaped()
        ? frame
        : frame with { Headers = [.. frame.Headers.Select(h => (h.Name.Replace('\r', ' '), h.Value.Replace('\r', ' ')))] };

    /// <summary>A reader that has seen such frames once takes them again without any memory of its own. Names with escapes cost a comparison of two strings.</summary>
    private static void CheckAllocations(byte[] octets, FrameSettings settings, IReadOnlyList<FuzzFrame> frames)
    {
        if (frames.Any(f => f.Headers.Any(h => h.Name.AsSpan().ContainsAny("\\:\n\r")))) return;
        var reader = new FrameReader(settings.Limits) { Version = settings.Version };
        ReadAll(reader, octets);
        Allocations.ShouldBeNone(() => ReadAll(reader, octets));
    }

    private static void ReadAll(FrameReader reader, byte[] octets)
    {
        var buffer = new ReadOnlySequence<byte>(octets);
        while (reader.TryRead(ref buffer, out _))
        {
        }
    }

    private static void Same(FrameReading expected, FrameReading actual, string how)
    {
        if (!expected.IsSameAs(actual)) throw new InvalidOperationException($"It is not the same {how}.\n{actual}\nwhere there was\n{expected}");
    }
}
