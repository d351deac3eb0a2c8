using System.Buffers;
using System.IO.Pipelines;

namespace Stomp.Gateway.Transports;

/// <summary>STOMP over a plain WebSocket: the octets of the client's messages are the input, each outgoing frame is one message.</summary>
internal sealed class WebSocketTransport : ITransport, IWebSocketSink, IAsyncDisposable
{
    private readonly Pipe _input = new(WebSocketConnection.InputOptions);
    private readonly WebSocketConnection _connection;

    private WebSocketTransport(WebSocketConnection connection) => _connection = connection;

    public PipeReader Input => _input.Reader;

    public string Name => "websocket";

    IBufferWriter<byte> IWebSocketSink.Buffer => _input.Writer;

    /// <summary>Begins to receive at once. Whoever starts it disposes it.</summary>
    public static WebSocketTransport Start(WebSocketConnection connection)
    {
        var transport = new WebSocketTransport(connection);
        connection.Start(transport);
        return transport;
    }

    public void Write(in OutboundFrame frame) => _connection.Write(frame.IsText ? WebSocketOpcode.Text : WebSocketOpcode.Binary, frame);

    public ValueTask FlushAsync(CancellationToken cancellationToken) => _connection.FlushAsync(cancellationToken);

    public ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken) => _connection.CloseAsync(reason, cancellationToken);

    public void Abort() => _connection.Abort();

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Where one message ends and the next begins means nothing to STOMP.</summary>
    void IWebSocketSink.EndMessage()
    {
    }

    async ValueTask<bool> IWebSocketSink.FlushAsync()
    {
        var result = await _input.Writer.FlushAsync();
        return !result.IsCanceled && !result.IsCompleted;
    }

    void IWebSocketSink.CancelFlush() => _input.Writer.CancelPendingFlush();

    void IWebSocketSink.Complete(TransportViolationException? violation) => _input.Writer.Complete(violation);
}
