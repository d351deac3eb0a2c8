using System.Net.Sockets;

namespace Stomp.Gateway.Transports;

/// <summary>The octets of a plain connection that has left HTTP: what comes is read from Kestrel, what goes is given to the socket itself.</summary>
/// <remarks>
/// Kestrel's way out is made for responses: a copy into a pipe, and a second party that takes them from there, for each write
/// (docs/decisions/0009-how-deliveries-are-written.md). Kestrel does not tell whether what it was given before, the 101 above all, has left that pipe. But a client
/// that has sent something since the 101 has seen it, and until then writes go the same way.
/// </remarks>
/// <param name="upgraded">Kestrel's stream.</param>
/// <param name="socket">The socket below it, with nothing between. Kestrel owns it, and writes to it no more once the client has been heard.</param>
internal sealed class UpgradedStream(Stream upgraded, Socket socket) : Stream
{
    private volatile bool _isHeard;
    private volatile bool _isBroken;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = upgraded.ReadAsync(buffer, cancellationToken);
        // A read that waits is one of no octets; the one behind it is done at once.
        if (buffer.IsEmpty || !reading.IsCompletedSuccessfully) return reading;
        var count = reading.Result;
        if (count > 0 && !_isHeard) BeginDirectly();
        return ValueTask.FromResult(count);
    }

    /// <summary>Returns how many octets the socket takes now. Where it takes fewer, <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/> tells why.</summary>
    public int TrySend(ReadOnlySpan<byte> octets)
    {
        if (!_isHeard || _isBroken) return 0;
        try
        {
            return socket.Send(octets, SocketFlags.None, out _);
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <exception cref="IOException">The client is gone, or an earlier write was given up in the middle.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isHeard) return upgraded.WriteAsync(buffer, cancellationToken);
        var sent = TrySend(buffer.Span);
        return sent == buffer.Length ? ValueTask.CompletedTask : SendRestAsync(buffer[sent..], cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void BeginDirectly()
    {
        // A send takes what there is room for, and never waits. Kestrel's own operations are asynchronous, for which this makes no difference.
        try
        {
            socket.Blocking = false;
            _isHeard = true;
        }
        catch (ObjectDisposedException gone)
        {
            throw new IOException("The connection was dropped.", gone);
        }
    }

    /// <summary>The system has no room for more: waits for it. Or it has failed, and does so again.</summary>
    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        if (_isBroken) throw new IOException("An earlier write was not completed.");
        // Whoever gives up waiting has sent part of something, behind which nothing makes sense.
        _isBroken = true;
        try
        {
            while (!rest.IsEmpty) rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken)..];
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            throw new IOException("The client is gone.", gone);
        }
        _isBroken = false;
    }
}
