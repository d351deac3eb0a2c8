using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace ChatStomp.Bench.Load;

/// <summary>
/// One client of whichever server: a WebSocket on a bare socket, because the client shares two cores with the server and should take as little of them as it can.
/// First it is asked and answers, one thing at a time (<see cref="AskAsync"/>); from <see cref="Listen"/> on a loop reads.
/// </summary>
internal sealed class LoadConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private SslStream? _tls;
    private readonly ArrayBufferWriter<byte> _payload = new(512);
    private readonly Lock _sendLock = new();
    private byte[] _out = [];
    private int _outLength;
    private bool _isSending;
    private byte[] _in;
    private int _inLength;
    private byte[]? _fragments;
    private int _fragmentsLength;
    private Task _reading = Task.CompletedTask;
    private volatile bool _isClosing;

    private LoadConnection(Dialect dialect, int bufferSize) => (Dialect, _in) = (dialect, new byte[bufferSize]);

    public Dialect Dialect { get; }

    /// <summary>Connects, and lets the server in on who it is.</summary>
    /// <param name="port">Of 127.0.0.1.</param>
    /// <param name="dialect">How it speaks.</param>
    /// <param name="account">Who it is.</param>
    /// <param name="bufferSize">Octets read at a time; an idle client needs few.</param>
    public static async Task<LoadConnection> OpenAsync(int port, Dialect dialect, Account account, int bufferSize)
    {
        var connection = new LoadConnection(dialect, bufferSize);
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
            if (dialect.IsSecure) await connection.SecureAsync(limit.Token);
            await connection.ShakeHandsAsync(port, limit.Token);
            if (dialect.Hello(account) is var (say, hear)) await connection.AskAsync(say, hear);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a message and reads until one holds the expected octets.</summary>
    public async Task AskAsync(byte[] say, byte[] hear)
    {
        using var limit = new CancellationTokenSource(Patience);
        Queue(to => to.Write(say));
        while (!HasHeard(hear))
        {
            if (await ReadAsync(limit.Token) == 0) throw new IOException($"The server hung up in place of {Encoding.UTF8.GetString(hear)}.");
        }
    }

    /// <summary>From now on reads by itself, and hands on each WebSocket message, whole.</summary>
    public void Listen(PayloadHandler onPayload) => _reading = ReadLoopAsync(onPayload);

    /// <summary>Puts a message into what is sent next, and sends at once when nothing is being sent. What gathers meanwhile goes out in one call.</summary>
    public void Queue(Action<IBufferWriter<byte>> write)
    {
        lock (_sendLock)
        {
            _payload.ResetWrittenCount();
            write(_payload);
            AppendFrame(_payload.WrittenSpan);
            if (_isSending) return;
            _isSending = true;
        }
        _ = SendLoopAsync();
    }

    /// <summary>Drops the connection as a lost network does, without a closing handshake.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosing = true;
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
        if (_tls is not null) await _tls.DisposeAsync();
        await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SecureAsync(CancellationToken cancellationToken)
    {
        _tls = new SslStream(new NetworkStream(_socket, ownsSocket: false));
        await _tls.AuthenticateAsClientAsync(TestCertificate.ClientOptions, cancellationToken);
    }

    private async Task ShakeHandsAsync(int port, CancellationToken cancellationToken)
    {
        var subprotocol = Dialect.Subprotocol is { } name ? $"Sec-WebSocket-Protocol: {name}\r\n" : "";
        var request = $"GET {Dialect.Path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{subprotocol}\r\n";
        await WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        int end;
        while ((end = _in.AsSpan(0, _inLength).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (await ReadAsync(cancellationToken) == 0) throw new IOException("The server hung up during the handshake.");
        }
        var head = Encoding.ASCII.GetString(_in, 0, end);
        if (!head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal)) throw new IOException($"The handshake was answered: {head}");
        Consume(end + 4);
    }

    private async ValueTask<int> ReadAsync(CancellationToken cancellationToken)
    {
        if (_inLength == _in.Length) Array.Resize(ref _in, _in.Length * 2);
        var free = _in.AsMemory(_inLength);
        var count = _tls is null ? await _socket.ReceiveAsync(free, cancellationToken) : await _tls.ReadAsync(free, cancellationToken);
        _inLength += count;
        return count;
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        if (_tls is not null) await _tls.WriteAsync(octets, cancellationToken);
        else while (octets.Length > 0) octets = octets[await _socket.SendAsync(octets, cancellationToken)..];
    }

    private async Task ReadLoopAsync(PayloadHandler onPayload)
    {
        try
        {
            do Consume(Unwrap(_in.AsSpan(0, _inLength), onPayload));
            while (await ReadAsync(CancellationToken.None) > 0);
        }
        catch (Exception e) when (_isClosing && (e is SocketException or ObjectDisposedException or IOException))
        {
            return;
        }
        if (!_isClosing) throw new IOException("The server hung up.");
    }

    /// <summary>Fails when reading has failed.</summary>
    public void ThrowIfBroken()
    {
        if (_reading.IsFaulted) _reading.GetAwaiter().GetResult();
    }

    private bool HasHeard(byte[] expected)
    {
        var heard = false;
        Consume(Unwrap(_in.AsSpan(0, _inLength), payload => heard |= payload.IndexOf(expected) >= 0));
        return heard;
    }

    private void Consume(int count)
    {
        if (count == 0) return;
        _inLength -= count;
        _in.AsSpan(count, _inLength).CopyTo(_in);
    }

    /// <summary>Hands on every WebSocket message that is complete, and tells how many octets that took.</summary>
    private int Unwrap(Span<byte> octets, PayloadHandler onPayload)
    {
        var consumed = 0;
        while (octets.Length - consumed >= 2)
        {
            var frame = octets[consumed..];
            var (headerLength, length) = (2, (long)frame[1]);
            if (length == 126)
            {
                if (frame.Length < 4) break;
                (headerLength, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(frame[2..]));
            }
            else if (length == 127)
            {
                if (frame.Length < 10) break;
                (headerLength, length) = (10, BinaryPrimitives.ReadInt64BigEndian(frame[2..]));
            }
            if (frame.Length < headerLength + length) break;
            OnFrame(frame[0], frame.Slice(headerLength, (int)length), onPayload);
            consumed += headerLength + (int)length;
        }
        return consumed;
    }

    private void OnFrame(byte first, ReadOnlySpan<byte> payload, PayloadHandler onPayload)
    {
        const int Final = 0x80;
        switch (first)
        {
            case Final | 1 or Final | 2:
                onPayload(payload);
                break;
            case 0 or 1 or 2 or Final:
                // SignalR cuts what it joins.
                _fragments ??= new byte[64 * 1024];
                if (_fragmentsLength + payload.Length > _fragments.Length) Array.Resize(ref _fragments, (_fragmentsLength + payload.Length) * 2);
                payload.CopyTo(_fragments.AsSpan(_fragmentsLength));
                _fragmentsLength += payload.Length;
                if (first != Final) break;
                onPayload(_fragments.AsSpan(0, _fragmentsLength));
                _fragmentsLength = 0;
                break;
            case Final | 8:
                throw new IOException($"The server closed: {Encoding.UTF8.GetString(payload.Length > 2 ? payload[2..] : payload)}");
        }
    }

    /// <summary>A client's frame is masked (RFC 6455 section 5.3); the mask is zero, so that this client spends nothing on it. The server undoes it all the same.</summary>
    private void AppendFrame(ReadOnlySpan<byte> payload)
    {
        const int LongestHeader = 8;
        if (_outLength + LongestHeader + payload.Length > _out.Length) Array.Resize(ref _out, Math.Max(1024, (_outLength + LongestHeader + payload.Length) * 2));
        var to = _out.AsSpan(_outLength);
        to[0] = 0x81;
        var header = payload.Length < 126 ? 2 : 4;
        to[1] = (byte)(0x80 | (header == 2 ? payload.Length : 126));
        if (header == 4) BinaryPrimitives.WriteUInt16BigEndian(to[2..], checked((ushort)payload.Length));
        to.Slice(header, 4).Clear();
        payload.CopyTo(to[(header + 4)..]);
        _outLength += header + 4 + payload.Length;
    }

    private async Task SendLoopAsync()
    {
        var sending = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (true)
            {
                int length;
                lock (_sendLock)
                {
                    if (_outLength == 0)
                    {
                        _isSending = false;
                        return;
                    }
                    (length, _outLength) = (_outLength, 0);
                    if (sending.Length < length)
                    {
                        ArrayPool<byte>.Shared.Return(sending);
                        sending = ArrayPool<byte>.Shared.Rent(length);
                    }
                    _out.AsSpan(0, length).CopyTo(sending);
                }
                await WriteAsync(sending.AsMemory(0, length), CancellationToken.None);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The reading loop tells of a server that has gone; nobody waits here.
            _isClosing |= e is ObjectDisposedException;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(sending);
        }
    }
}

/// <summary>Sees one WebSocket message's payload.</summary>
internal delegate void PayloadHandler(ReadOnlySpan<byte> payload);
