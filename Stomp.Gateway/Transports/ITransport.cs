using System.IO.Pipelines;

namespace Stomp.Gateway.Transports;

/// <summary>
/// One way for a client's bytes to come in and for whole STOMP frames to go out. A connection never learns which one it has:
/// a WebSocket, a SockJS session that is only sometimes attached to an HTTP request, or a TCP socket.
/// </summary>
/// <remarks>
/// One reader and one writer at a time: the connection's read loop owns <see cref="Input"/>, its outbound queue alone calls
/// <see cref="Write"/> and <see cref="FlushAsync"/>, and neither may block the thread, which writes for others too; <see cref="CloseAsync"/> is called once,
/// by whoever ends the connection, after the queue has ended. <see cref="Abort"/> may be called by anyone at any time.
/// </remarks>
internal interface ITransport
{
    /// <summary>
    /// The client's octets with the transport's own framing removed. It completes without an error when the client went away in
    /// whatever manner, and with a <see cref="TransportViolationException"/> when it broke the transport's rules (a WebSocket frame without a mask, say).
    /// </summary>
    PipeReader Input { get; }

    /// <summary>The name of this kind of transport in logs and metrics: <c>websocket</c>, <c>xhr_streaming</c> and so on.</summary>
    string Name { get; }

    /// <summary>
    /// Adds one whole frame to what the next <see cref="FlushAsync"/> sends. The transport copies the frame's octets before it returns.
    /// It never splits a frame over two transport messages: older browser libraries cannot join the pieces.
    /// </summary>
    void Write(in OutboundFrame frame);

    /// <summary>
    /// Sends what was written. It completes when the octets were taken by the layer below, which is how the peer's slowness is felt:
    /// the caller's queue grows meanwhile and its budget decides. A peer that is gone is no error here; <see cref="Input"/> tells of it.
    /// </summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>Ends the transport in its own orderly way (a WebSocket close frame, SockJS's <c>c[code,"reason"]</c>), within the time given by the token.</summary>
    ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken);

    /// <summary>
    /// Drops the transport at once; <see cref="Input"/> completes and a pending flush returns. Behind a <see cref="CloseAsync"/> that ended in
    /// order it does nothing, so that what was said there still reaches the client.
    /// </summary>
    void Abort();
}
