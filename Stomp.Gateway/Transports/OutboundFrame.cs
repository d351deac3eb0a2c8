using System.Buffers;

namespace Stomp.Gateway.Transports;

/// <summary>
/// One whole STOMP frame on its way out, in two parts: <see cref="Head"/> is the subscriber's own (command and its own headers),
/// <see cref="Tail"/> is encoded once and shared by everyone who gets the same event. A frame for one client alone has an empty tail.
/// A heart-beat is the frame whose only octet is a line feed.
/// </summary>
/// <param name="Head">The first part; never empty.</param>
/// <param name="Tail">The rest up to and including the NUL, or empty.</param>
/// <param name="IsText">Whether the whole frame is valid UTF-8, so that it can travel in a WebSocket text message (RFC 6455 section 5.6).</param>
internal readonly record struct OutboundFrame(ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Tail, bool IsText = true)
{
    public static OutboundFrame HeartBeat { get; } = new("\n"u8.ToArray(), default);

    public int Length => Head.Length + Tail.Length;

    /// <summary>Whether it lies in the same memory as another; then it is the same.</summary>
    public bool IsSameAs(in OutboundFrame other) => Tail.Equals(other.Tail) && Head.Equals(other.Head) && IsText == other.IsText;

    public void CopyTo(Span<byte> destination)
    {
        Head.Span.CopyTo(destination);
        Tail.Span.CopyTo(destination[Head.Length..]);
    }

    public void CopyTo(IBufferWriter<byte> writer)
    {
        CopyTo(writer.GetSpan(Length));
        writer.Advance(Length);
    }
}
