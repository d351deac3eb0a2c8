using System.Buffers;

namespace Stomp.Gateway.Transports;

/// <summary>
/// Octets gathered in one array of the shared pool. It holds an array only between the first write and <see cref="Clear"/>, so that
/// an idle connection costs none. Whoever made it clears it; it is used by one thread at a time.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int SmallestArray = 4096;

    private byte[] _array = [];

    public int Length { get; private set; }

    /// <summary>What was written. Valid until the next write or <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Memory => _array.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _array.AsSpan(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(Length);
    }

    /// <summary>Forgets the content and keeps the array.</summary>
    public void Rewind() => Length = 0;

    /// <summary>Forgets the content and gives the array back.</summary>
    public void Clear()
    {
        Length = 0;
        if (_array.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_array);
        _array = [];
    }

    private void Reserve(int sizeHint)
    {
        var needed = checked(Length + Math.Max(sizeHint, 1));
        if (needed <= _array.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(SmallestArray, _array.Length * 2)));
        Span.CopyTo(larger);
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
