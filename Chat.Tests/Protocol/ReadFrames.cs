using System.Buffers;
using System.Text;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Protocol;

/// <summary>What a reader made of some octets: frames, and the violation that ended it, if one did.</summary>
internal sealed record ReadResult(IReadOnlyList<ReadFrame> Frames, Violation? Violation, long Left)
{
    public ReadFrame Only => Violation is null ? Frames.Should().ContainSingle().Subject : throw new InvalidOperationException(Violation.Detail);
}

/// <summary>A frame, copied out of the reader's memory.</summary>
internal sealed record ReadFrame(StompCommand Command, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    public string? this[string name] => Headers.Where(h => h.Name == name).Select(h => h.Value).FirstOrDefault();

    /// <summary>All of it as one text, to be compared.</summary>
    public override string ToString() => $"{Command} {string.Join(' ', Headers.Select(h => $"[{h.Name}={h.Value}]"))} <{Body}>";
}

internal static class ReadFrames
{
    public static ReadResult Of(string text, StompVersion version = StompVersion.V12, FrameLimits? limits = null) => Of(Encoding.UTF8.GetBytes(text), version, limits);

    public static ReadResult Of(byte[] octets, StompVersion version = StompVersion.V12, FrameLimits? limits = null) => Of([octets], version, limits);

    /// <summary>Reads octets that come piece by piece, as over a pipe: what was not taken stays in front of what comes next.</summary>
    public static ReadResult Of(IReadOnlyList<byte[]> pieces, StompVersion version = StompVersion.V12, FrameLimits? limits = null)
    {
        var reader = new FrameReader(limits ?? new FrameLimits()) { Version = version };
        var frames = new List<ReadFrame>();
        var waiting = new List<ReadOnlyMemory<byte>>();
        foreach (var piece in pieces)
        {
            waiting.Add(piece);
            var buffer = Segments.Join(waiting);
            try
            {
                while (reader.TryRead(ref buffer, out var frame)) frames.Add(Copy(frame));
            }
            catch (StompViolationException e)
            {
                return new ReadResult(frames, e.Violation, buffer.Length);
            }
            waiting.Clear();
            foreach (var segment in buffer) waiting.Add(segment);
        }
        return new ReadResult(frames, Violation: null, waiting.Sum(w => (long)w.Length));
    }

    private static ReadFrame Copy(in Frame frame)
    {
        var headers = new List<(string, string)>();
        for (var i = 0; i < frame.HeaderCount; i++) headers.Add(frame.GetHeaderAt(i));
        return new ReadFrame(frame.Command, headers, Encoding.UTF8.GetString(frame.Body));
    }
}

/// <summary>A sequence of several segments, as a pipe gives it.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    private Segments(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

    public static ReadOnlySequence<byte> Join(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        if (pieces.Count == 0) return default;
        var first = new Segments(pieces[0], 0);
        var last = first;
        foreach (var piece in pieces.Skip(1))
        {
            var next = new Segments(piece, last.RunningIndex + last.Memory.Length);
            last.Next = next;
            last = next;
        }
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
