using System.Buffers;

namespace Stomp.Gateway.Transports;

/// <summary>
/// The other end of a <see cref="System.IO.Compression.DeflateStream"/>: octets in pooled memory, read in the order in which they were written.
/// It holds memory from the first write to <see cref="Clear"/>. Used by one thread at a time.
/// </summary>
internal sealed class OctetQueue : Stream
{
    private readonly PooledBuffer _octets = new();
    private int _read;

    /// <summary>Takes what is to be read next.</summary>
    public IBufferWriter<byte> Writer => _octets;

    /// <summary>What was written and is not read yet. Valid until the next write or <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Unread => _octets.Span[_read..];

    /// <summary>
    /// Whether nothing more will be written. A read that finds nothing gives 0 before, for "not yet", and then throws an <see cref="InvalidDataException"/>.
    /// </summary>
    public bool IsEnded { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void End() => IsEnded = true;

    /// <summary>Forgets what is unread, gives the memory back, and begins anew.</summary>
    public void Clear()
    {
        _octets.Clear();
        _read = 0;
        IsEnded = false;
    }

    public override int Read(Span<byte> buffer)
    {
        var unread = Unread;
        if (unread.IsEmpty && IsEnded)
            throw new InvalidDataException("The end comes too early.");
        var count = Math.Min(unread.Length, buffer.Length);
        unread[..count].CopyTo(buffer);
        _read += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => _octets.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Clear();
        base.Dispose(disposing);
    }
}
