using System.Buffers;
using System.IO.Compression;

namespace Stomp.Gateway.Transports;

/// <summary>
/// Undoes permessage-deflate (RFC 7692 section 7.2.2), one message after the other. As no context is taken over, it holds nothing between
/// messages; within one it holds zlib's window, and what came and is not inflated yet. It is used, and disposed of, by the receiving task alone.
/// </summary>
/// <param name="limit">Octets that one message may inflate to.</param>
internal sealed class MessageInflater(long limit) : IDisposable
{
    private readonly OctetQueue _deflated = new();
    private DeflateStream? _inflating;
    private long _length;

    /// <summary>
    /// The four octets that the sender has cut off, and an empty final block: if zlib comes to the end of this and not to the end of its
    /// stream, the message was cut within a block.
    /// </summary>
    private static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Takes a piece of the present message as the client sent it.</summary>
    public IBufferWriter<byte> Input => _deflated.Writer;

    /// <summary>All pieces of the message were written. It may be said more than once.</summary>
    public void EndInput()
    {
        if (_deflated.IsEnded)
            return;
        _deflated.Write(Tail);
        _deflated.End();
    }

    /// <summary>
    /// Inflates what there is, as far as it fits. Until it has returned 0 there may be more; behind <see cref="EndInput"/> the 0 ends the message.
    /// </summary>
    /// <exception cref="TransportViolationException">The data is broken, or too large.</exception>
    public int Read(Span<byte> destination)
    {
        var count = Inflate(destination);
        _length += count;
        if (_length > limit)
            throw new TransportViolationException("WebSocket: the message inflates to more than is allowed", CloseReason.MessageTooBig);
        if (count > 0)
            return count;

        if (_deflated.IsEnded)
            Dispose();
        // Something is left if the client made a block its final one (section 7.2.3.4). What stands behind such a block is no data.
        _deflated.Clear();
        return 0;
    }

    public void Dispose()
    {
        _inflating?.Dispose();
        _inflating = null;
        _deflated.Clear();
        _length = 0;
    }

    private int Inflate(Span<byte> destination)
    {
        try
        {
            _inflating ??= new DeflateStream(_deflated, CompressionMode.Decompress, leaveOpen: true);
            return _inflating.Read(destination);
        }
        catch (InvalidDataException broken)
        {
            throw new TransportViolationException($"WebSocket: broken compressed data. {broken.Message}", CloseReason.InvalidData);
        }
    }
}
