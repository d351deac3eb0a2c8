using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>
/// SockJS framing over a WebSocket: out go <c>o</c>, <c>a[…]</c> with all frames of one flush, <c>h</c> and <c>c[…]</c>; in come arrays of strings,
/// or one string. It lives as long as the socket, and the name of its session means nothing.
/// </summary>
internal sealed class SockJsWebSocketTransport : ITransport, IWebSocketSink, ISwept, IAsyncDisposable
{
    /// <summary>What sockjs-node says. No <c>c</c> frame is sent in front: who broke the framing is not spoken to in it.</summary>
    private static readonly CloseReason BrokenFraming = new(3000, "Broken framing.", "broken_framing");

    private readonly Pipe _input = new(WebSocketConnection.InputOptions);
    private readonly PooledBuffer _message = new();
    private readonly PooledBuffer _outgoing = new();
    private readonly WebSocketConnection _connection;
    private readonly SockJsSweeper _sweeper;
    private readonly SockJsLosses _losses;
    private readonly SockJsOptions _options;
    private readonly TimeProvider _time;
    private long _lastSent;
    private volatile bool _hasViolation;
    private bool _wasLossTold;

    private SockJsWebSocketTransport(
        WebSocketConnection connection, SockJsSweeper sweeper, SockJsLosses losses, IOptions<SockJsOptions> options, TimeProvider time)
    {
        _connection = connection;
        _sweeper = sweeper;
        _losses = losses;
        _options = options.Value;
        _time = time;
    }

    public PipeReader Input => _input.Reader;

    public string Name => "sockjs_websocket";

    IBufferWriter<byte> IWebSocketSink.Buffer => _message;

    /// <summary>Says <c>o</c>, then receives. Whoever starts it disposes it.</summary>
    public static async Task<SockJsWebSocketTransport> StartAsync(
        WebSocketConnection connection, SockJsSweeper sweeper, SockJsLosses losses, IOptions<SockJsOptions> options, TimeProvider time)
    {
        var transport = new SockJsWebSocketTransport(connection, sweeper, losses, options, time);
        await transport.SendAsync(SockJsFrame.Open);
        connection.Start(transport);
        sweeper.Add(transport);
        return transport;
    }

    public void Write(in OutboundFrame frame)
    {
        if (!SockJsFrame.AddMessage(_outgoing, frame))
            _losses.Note(this, ref _wasLossTold);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_outgoing.Length == 0)
            return;
        SockJsFrame.EndMessages(_outgoing);
        _connection.Write(new OutboundFrame(_outgoing.Memory, default));
        _outgoing.Clear();
        await _connection.FlushAsync(cancellationToken);
        Volatile.Write(ref _lastSent, _time.GetTimestamp());
    }

    public ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken)
    {
        if (!_hasViolation && reason != CloseReason.ClientGone)
            _connection.Write(new OutboundFrame(SockJsFrame.Close(reason.Code, reason.Text), default));
        return _connection.CloseAsync(reason, cancellationToken);
    }

    public void Abort() => _connection.Abort();

    public async ValueTask DisposeAsync()
    {
        _sweeper.Remove(this);
        await _connection.DisposeAsync();
        _message.Clear();
        _outgoing.Clear();
    }

    public void Sweep()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lastSent)) >= _options.HeartbeatInterval)
            _ = SendAsync(SockJsFrame.HeartBeat);
    }

    void IWebSocketSink.EndMessage()
    {
        CheckLength();
        var isEmpty = _message.Length == 0;
        var payload = isEmpty ? SockJsPayload.Messages : SockJsMessages.Read(_message.Span, allowBareString: true, _input.Writer, _options.MessageEnd);
        _message.Clear();
        if (payload != SockJsPayload.Messages)
            throw new TransportViolationException("SockJS: a message is a JSON array of strings, or a JSON string", BrokenFraming);
    }

    async ValueTask<bool> IWebSocketSink.FlushAsync()
    {
        CheckLength();
        var result = await _input.Writer.FlushAsync();
        return !result.IsCanceled && !result.IsCompleted;
    }

    void IWebSocketSink.CancelFlush() => _input.Writer.CancelPendingFlush();

    void IWebSocketSink.Complete(TransportViolationException? violation)
    {
        _hasViolation = violation is not null;
        _input.Writer.Complete(violation);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> frame)
    {
        Volatile.Write(ref _lastSent, _time.GetTimestamp());
        await _connection.SendIfIdleAsync(WebSocketOpcode.Text, frame);
    }

    private void CheckLength()
    {
        if (_message.Length > _options.MessageBytes)
            throw new TransportViolationException("SockJS: message too big", CloseReason.MessageTooBig);
    }
}
