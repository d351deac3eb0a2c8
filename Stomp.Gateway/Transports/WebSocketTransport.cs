using System.Buffers;
using System.IO.Pipelines;

namespace Stomp.Gateway.Transports;

/// <summary>STOMP over a plain WebSocket: the octets of the client's messages are the input, each outgoing frame is one message.</summary>
internal sealed class WebSocketTransport : ISharingTransport, IWebSocketSink, IAsyncDisposable
{
    private readonly Pipe _input = new(WebSocketConnection.InputOptions);
    private readonly WebSocketConnection _connection;
    private readonly byte[] _messageEnd;

    private WebSocketTransport(WebSocketConnection connection, byte[] messageEnd)
    {
        _connection = connection;
        _messageEnd = messageEnd;
    }

    public PipeReader Input => _input.Reader;

    public string Name => "websocket";

    IBufferWriter<byte> IWebSocketSink.Buffer => _input.Writer;

    /// <summary>Begins to receive at once. Whoever starts it disposes it.</summary>
    /// <param name="connection">The socket.</param>
    /// <param name="messageEnd">What is put behind each message: nothing for STOMP, to which it means nothing where a message ends.</param>
    public static WebSocketTransport Start(WebSocketConnection connection, byte[] messageEnd)
    {
        var transport = new WebSocketTransport(connection, messageEnd);
        connection.Start(transport);
        return transport;
    }

    public IFrameLayout Layout => _connection.Layout;

    public ValueTask SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken) => _connection.SendAsync(octets, cancellationToken);

    public void Write(in OutboundFrame frame) => _connection.Write(frame);

    public ValueTask FlushAsync(CancellationToken cancellationToken) => _connection.FlushAsync(cancellationToken);

    public ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken) => _connection.CloseAsync(reason, cancellationToken);

    public void Abort() => _connection.Abort();

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    void IWebSocketSink.EndMessage() => _input.Writer.Write(_messageEnd);

    async ValueTask<bool> IWebSocketSink.FlushAsync()
    {
        var result = await _input.Writer.FlushAsync();
        return !result.IsCanceled && !result.IsCompleted;
    }

    void IWebSocketSink.CancelFlush() => _input.Writer.CancelPendingFlush();

    void IWebSocketSink.Complete(TransportViolationException? violation) => _input.Writer.Complete(violation);
}
