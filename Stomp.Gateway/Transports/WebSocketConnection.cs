using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;

namespace Stomp.Gateway.Transports;

/// <summary>What becomes of the messages that a client sends. All is called by one task, but <see cref="CancelFlush"/>, which anyone may call.</summary>
internal interface IWebSocketSink
{
    /// <summary>Where the octets of the present message go.</summary>
    IBufferWriter<byte> Buffer { get; }

    /// <summary>The message is complete.</summary>
    /// <exception cref="TransportViolationException">It is not what it should be.</exception>
    void EndMessage();

    /// <summary>Passes on what came, and waits while too much of it is unread. False when nobody will read any more.</summary>
    ValueTask<bool> FlushAsync();

    /// <summary>Makes the present or the next <see cref="FlushAsync"/> return false.</summary>
    void CancelFlush();

    /// <summary>Nothing more will come.</summary>
    void Complete(TransportViolationException? violation);
}

/// <summary>
/// The server's end of one WebSocket (RFC 6455) on an upgraded stream: one task receives, answers pings and the client's close;
/// what is sent is gathered by <see cref="Write"/> and goes out in one write of the stream by <see cref="FlushAsync"/>.
/// </summary>
/// <remarks>
/// Our own framing in place of System.Net.WebSockets: that class sends each message by a write of its own, and joining them is
/// what decides how much one process can deliver.
/// </remarks>
/// <param name="stream">The upgraded stream. A read of zero octets must wait until there is something to read, as Kestrel's does.</param>
/// <param name="abort">Drops the connection below, so that pending reads and writes of the stream end.</param>
/// <param name="inflater">Null when no compression was agreed on. The connection disposes of it.</param>
internal sealed class WebSocketConnection(Stream stream, Action abort, MessageInflater? inflater = null) : IAsyncDisposable
{
    /// <summary>
    /// For the pipe between the receiving task and the connection's read loop. The task waits while 64 KiB lie unread. Inline, because the one hands
    /// over to the other and does nothing else meanwhile: a thread hop for each frame would buy nothing.
    /// </summary>
    public static readonly PipeOptions InputOptions = new(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 64 * 1024,
        resumeWriterThreshold: 32 * 1024,
        useSynchronizationContext: false);

    private const int ReadSize = 16 * 1024;

    private readonly WebSocketDecoder _decoder = new(inflater);
    private readonly PooledBuffer _outgoing = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private IWebSocketSink? _sink;
    private Task _receiving = Task.CompletedTask;
    private byte[]? _unansweredPing;
    private byte[]? _clientClose;
    private bool _closeSent;
    private volatile bool _discarding;
    private volatile bool _inputEnded;
    private volatile bool _isClosed;
    private volatile bool _disposed;

    public void Start(IWebSocketSink sink)
    {
        _sink = sink;
        _receiving = ReceiveAsync(sink);
    }

    /// <summary>How what is sent is laid out.</summary>
    public WebSocketLayout Layout => inflater is null ? WebSocketLayout.Plain : WebSocketLayout.Deflated;

    /// <summary>Adds one message to what the next <see cref="FlushAsync"/> sends. Only the turn of the connection's queue calls it.</summary>
    public void Write(in OutboundFrame payload) => Layout.Add(payload, _outgoing);

    /// <summary>Sends what was written. Only the turn of the connection's queue calls it. A client that is gone is no error.</summary>
    public ValueTask FlushAsync(CancellationToken cancellationToken) => _sending.Wait(0, CancellationToken.None)
        ? FlushInTurn(cancellationToken)
        : EndFlushAsync(SendAsync(_outgoing.Memory, isClose: false, cancellationToken));

    /// <summary>Sends octets that are laid out as <see cref="Layout"/> has it. What does not go at once is copied. Only the turn of the connection's queue calls it.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        if (stream is not UpgradedStream direct || !_sending.Wait(0, CancellationToken.None))
        {
            _outgoing.Write(octets.Span);
            return FlushAsync(cancellationToken);
        }
        var sent = _closeSent || _disposed ? 0 : direct.TrySend(octets.Span);
        if (sent < octets.Length)
        {
            _outgoing.Write(octets.Span[sent..]);
            return FlushInTurn(cancellationToken);
        }
        _sending.Release();
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends a message at once, unless a write is under way: then something is being sent already. For signs of life.</summary>
    public async ValueTask SendIfIdleAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload)
    {
        if (_sending.CurrentCount > 0)
            await SendNowAsync(opcode, payload, CancellationToken.None);
    }

    /// <summary>Sends what is written still, then our close frame, and waits for the client's; drops the connection when the token ends first.</summary>
    public async ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken)
    {
        _discarding = true;
        _sink?.CancelFlush();
        var isGone = reason.Code == CloseReason.ClientGone.Code;
        if (isGone && !_inputEnded)
        {
            Abort();
            return;
        }

        try
        {
            await FlushAsync(cancellationToken);
            if (!isGone)
                await SendNowAsync(WebSocketOpcode.Close, ClosePayload(reason), cancellationToken);
            await _receiving.WaitAsync(cancellationToken);
            _isClosed = true;
        }
        catch (OperationCanceledException)
        {
            Abort();
        }
    }

    public void Abort()
    {
        _sink?.CancelFlush();
        if (!_isClosed && !_disposed)
            abort();
    }

    /// <summary>Returns when the receiving task has ended; a connection that was not closed before is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_receiving.IsCompleted)
            Abort();
        _disposed = true;
        await _receiving;
        _outgoing.Clear();
    }

    private async Task ReceiveAsync(IWebSocketSink sink)
    {
        TransportViolationException? violation = null;
        try
        {
            while (true)
            {
                // Most sockets are idle most of the time: wait without a buffer, take one when there is something to put into it.
                _ = await stream.ReadAsync(Memory<byte>.Empty);
                if (!await ReceiveSomeAsync(sink)) break;
                if (_unansweredPing is { } ping)
                {
                    // Of several pings the last alone may be answered (RFC 6455 section 5.5.3).
                    _unansweredPing = null;
                    await SendNowAsync(WebSocketOpcode.Pong, ping, CancellationToken.None);
                }
                await PassOnAsync(sink);
            }
        }
        catch (Exception exception) when (exception is TransportViolationException or IOException or OperationCanceledException)
        {
            violation = exception as TransportViolationException;
        }
        finally
        {
            inflater?.Dispose();
            // Before the answer below: should that be stuck, the reader of the input learns of the end all the same and can abort.
            _inputEnded = true;
            sink.Complete(violation);
        }

        if (_clientClose is { } code)
            await SendNowAsync(WebSocketOpcode.Close, code, CancellationToken.None);
    }

    /// <summary>False when the client closed, by a close frame or otherwise.</summary>
    private async ValueTask<bool> ReceiveSomeAsync(IWebSocketSink sink)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            var count = await stream.ReadAsync(buffer);
            ReadOnlyMemory<byte> octets = buffer.AsMemory(0, count);
            WebSocketStep step;
            while ((step = Take(ref octets, sink)) == WebSocketStep.PassOn)
                await PassOnAsync(sink);
            return count > 0 && step == WebSocketStep.NeedMore;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask PassOnAsync(IWebSocketSink sink)
    {
        if (!_discarding && !await sink.FlushAsync())
            _discarding = true;
    }

    private WebSocketStep Take(ref ReadOnlyMemory<byte> source, IWebSocketSink sink)
    {
        var octets = source.Span;
        while (true)
        {
            var step = _decoder.Decode(ref octets, _discarding ? null : sink.Buffer);
            switch (step)
            {
                case WebSocketStep.NeedMore or WebSocketStep.PassOn:
                    source = source[^octets.Length..];
                    return step;
                case WebSocketStep.EndOfMessage:
                    if (!_discarding)
                        sink.EndMessage();
                    break;
                case WebSocketStep.Ping:
                    _unansweredPing = _decoder.ControlPayload.ToArray();
                    break;
                case WebSocketStep.Close:
                    var payload = _decoder.ControlPayload;
                    _clientClose = payload[..Math.Min(sizeof(ushort), payload.Length)].ToArray();
                    return step;
            }
        }
    }

    private async ValueTask SendNowAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var octets = new PooledBuffer();
        try
        {
            WebSocketLayout.AddHeader(octets, opcode, payload.Length);
            octets.Write(payload.Span);
            await SendAsync(octets.Memory, isClose: opcode == WebSocketOpcode.Close, cancellationToken);
        }
        finally
        {
            octets.Clear();
        }
    }

    /// <summary>The caller has the right to send. That the stream takes all at once, as it nearly always does, needs no state of an asynchronous method.</summary>
    private ValueTask FlushInTurn(CancellationToken cancellationToken)
    {
        var writing = WriteToStream(_outgoing.Memory, isClose: false, cancellationToken);
        if (!writing.IsCompletedSuccessfully)
            return EndFlushAsync(EndSendAsync(writing, cancellationToken));
        writing.GetAwaiter().GetResult();
        _sending.Release();
        _outgoing.Clear();
        return ValueTask.CompletedTask;
    }

    private async ValueTask EndFlushAsync(ValueTask sending)
    {
        try
        {
            await sending;
        }
        finally
        {
            _outgoing.Clear();
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> octets, bool isClose, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        await EndSendAsync(WriteToStream(octets, isClose, cancellationToken), cancellationToken);
    }

    /// <summary>Writes, if anything may still be written. The caller has the right to send, and gives it back when the task, which has every failure, is completed.</summary>
    private ValueTask WriteToStream(ReadOnlyMemory<byte> octets, bool isClose, CancellationToken cancellationToken)
    {
        // Nothing may follow a close frame (RFC 6455 section 5.5.1).
        if (_closeSent || _disposed || octets.IsEmpty)
            return ValueTask.CompletedTask;
        _closeSent = isClose;
        try
        {
            return stream.WriteAsync(octets, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    private async ValueTask EndSendAsync(ValueTask writing, CancellationToken cancellationToken)
    {
        try
        {
            await writing;
        }
        catch (Exception exception) when (exception is IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The client is gone, which the receiving task tells; nothing further is sent.
            _closeSent = true;
        }
        finally
        {
            _sending.Release();
        }
    }

    private static byte[] ClosePayload(CloseReason reason)
    {
        var payload = new byte[sizeof(ushort) + Encoding.UTF8.GetByteCount(reason.Text)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)reason.Code);
        Encoding.UTF8.GetBytes(reason.Text, payload.AsSpan(sizeof(ushort)));
        return payload;
    }
}
