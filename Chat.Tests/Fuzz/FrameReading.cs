using System.Buffers;
using System.Numerics;
using System.Text;
using Chat.Tests.Protocol;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Fuzz;

/// <summary>How a reader is set while a conversation is read.</summary>
/// <param name="Limits">What it takes.</param>
/// <param name="Version">The version to begin with.</param>
/// <param name="Negotiates">Whether CONNECT decides the version of what follows, as in a connection.</param>
internal sealed record FrameSettings(FrameLimits Limits, StompVersion Version, bool Negotiates)
{
    public static FrameSettings Of(Dice dice)
    {
        var negotiates = dice.OneIn(2);
        return new FrameSettings(LimitsOf(dice), negotiates ? StompVersion.V10 : (StompVersion)dice.Next(3), negotiates);
    }

    private static FrameLimits LimitsOf(Dice dice) => dice.Next(4) switch
    {
        0 => new FrameLimits { MaxBodyBytes = 64, MaxHeaders = 4, MaxHeaderBytes = 128 },
        1 => new FrameLimits { MaxBodyBytes = 0 },
        2 => new FrameLimits { MaxBodyBytes = 4 * 1024 * 1024 },
        _ => new FrameLimits(),
    };
}

/// <summary>A frame, copied out of the reader's memory, with the version that it was read by.</summary>
internal sealed record FuzzFrame(StompCommand Command, StompVersion Version, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public bool Equals(FuzzFrame? other) =>
        other is not null && Command == other.Command && Version == other.Version && Headers.SequenceEqual(other.Headers) && Body.AsSpan().SequenceEqual(other.Body);

    public override int GetHashCode() => HashCode.Combine(Command, Headers.Count, Body.Length);

    public override string ToString() => $"{Command} {Version} {string.Join(' ', Headers.Select(h => $"[{h.Name}={h.Value}]"))} <{FuzzText.Of(Body)}>";
}

/// <summary>What came of some octets.</summary>
/// <param name="Frames">Those that were whole.</param>
/// <param name="Violation">What ended it; null when nothing did.</param>
/// <param name="Left">Octets of a frame that is not whole; says nothing behind a violation.</param>
internal sealed record FrameReading(IReadOnlyList<FuzzFrame> Frames, Violation? Violation, long Left)
{
    public bool IsSameAs(FrameReading other) => Frames.SequenceEqual(other.Frames) && Violation == other.Violation && (Violation is not null || Left == other.Left);

    public override string ToString() => $"{string.Join('\n', Frames)}\n{Violation?.Detail ?? $"{Left} octets left"}";

    /// <summary>Reads what comes piece by piece, as a connection does.</summary>
    /// <exception cref="InvalidOperationException">The reader took what was not there, or keeps more than it may.</exception>
    public static FrameReading Of(IReadOnlyList<ReadOnlyMemory<byte>> pieces, FrameSettings settings)
    {
        var reader = new FrameReader(settings.Limits) { Version = settings.Version };
        var frames = new List<FuzzFrame>();
        var waiting = new List<ReadOnlyMemory<byte>>();
        foreach (var piece in pieces)
        {
            waiting.Add(piece);
            var buffer = Segments.Join(waiting);
            try
            {
                while (TryRead(reader, ref buffer, out var frame))
                {
                    frames.Add(Copy(frame, reader.Version));
                    if (settings.Negotiates) Negotiate(reader, frame);
                }
            }
            catch (StompViolationException e)
            {
                return new FrameReading(frames, e.Violation, Left: 0);
            }
            CheckMemory(reader);
            waiting.Clear();
            foreach (var segment in buffer) waiting.Add(segment);
        }
        return new FrameReading(frames, Violation: null, waiting.Sum(w => (long)w.Length));
    }

    private static bool TryRead(FrameReader reader, ref ReadOnlySequence<byte> buffer, out Frame frame)
    {
        var before = buffer;
        var found = reader.TryRead(ref buffer, out frame);
        var taken = before.Length - buffer.Length;
        if (taken < 0 || !buffer.End.Equals(before.End)) throw new InvalidOperationException("What is left is not the end of what was there.");
        if (found && frame.Length > taken) throw new InvalidOperationException($"A frame of {frame.Length} octets was taken off {taken}.");
        return found;
    }

    private static void Negotiate(FrameReader reader, Frame frame)
    {
        if (frame.Command is not (StompCommand.Connect or StompCommand.Stomp)) return;
        if (StompVersions.TryNegotiate(frame.GetHeader("accept-version"u8), out var version)) reader.Version = version;
    }

    private static FuzzFrame Copy(Frame borrowed, StompVersion version)
    {
        var frame = borrowed.HeaderCount % 2 == 0 ? borrowed : borrowed.Detach();
        var headers = new List<(string Name, string Value)>(frame.HeaderCount);
        for (var i = 0; i < frame.HeaderCount; i++) headers.Add(frame.GetHeaderAt(i));
        if (headers.Count > 0)
        {
            var (name, _) = headers[^1];
            var first = headers.Find(h => h.Name == name).Value;
            if (frame.GetHeader(Encoding.UTF8.GetBytes(name)) != first) throw new InvalidOperationException($"The first value of {name} is not found.");
        }
        return new FuzzFrame(frame.Command, version, headers, frame.Body.ToArray());
    }

    private static void CheckMemory(FrameReader reader)
    {
        // Both are lent by pools, which round up, and which lend what readers with wider limits have given back.
        if (FrameReaderMemory.ScratchLength(reader) > BitOperations.RoundUpToPowerOf2((uint)reader.Limits.MaxHeaderBytes)) throw new InvalidOperationException("The scratch is larger than a head may be.");
        if (FrameReaderMemory.TableLength(reader) > new FrameLimits().MaxHeaders) throw new InvalidOperationException("The table has more places than there may be headers.");
    }
}
