using System.IO.Pipelines;
using System.Net.Sockets;

namespace Stomp.Gateway.Transports.Tcp;

/// <summary>STOMP straight over a stream of octets: frames one behind the other.</summary>
/// <param name="socket">The client's; owned by the listener.</param>
/// <param name="stream">The socket's, or that of TLS over it.</param>
internal sealed class TcpTransport(Socket socket, Stream stream) : ITransport
{
    /// <summary>How long a client may take to read what was said last.</summary>
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(1);

    /// <summary>Reads of no octets wait without a buffer: a silent connection holds none.</summary>
    private readonly PipeReader _input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 4096, useZeroByteReads: true, leaveOpen: true));

    private readonly PipeWriter _output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    private bool _isOver;

    public PipeReader Input => _input;

    public string Name => "tcp";

    /// <summary>A line end follows each frame, as after those of RabbitMQ: old libraries read their frames by lines.</summary>
    public void Write(in OutboundFrame frame)
    {
        if (_isOver) return;
        frame.CopyTo(_output);
        if (frame.Length == 1) return;
        _output.GetSpan(1)[0] = (byte)'\n';
        _output.Advance(1);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_isOver) return;
        try
        {
            await _output.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reading side hears of it too.
            _isOver = true;
        }
    }

    /// <summary>There is nothing to tell the reason with: what was written goes out, and then the end of the stream.</summary>
    public async ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        if (_isOver || reason == CloseReason.ClientGone) return;
        _isOver = true;
        try
        {
            if (stream is System.Net.Security.SslStream tls) await tls.ShutdownAsync();
            socket.Shutdown(SocketShutdown.Send);
            await LingerAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            socket.Close();
        }
    }

    /// <summary>The listener closes the socket behind every connection; here it is closed under whoever still reads or writes.</summary>
    public void Abort() => socket.Close(timeout: 0);

    /// <summary>
    /// Reads on until the client has closed too: closing with octets unread makes the system send a reset, which can overtake what the client was still to
    /// read (STOMP 1.2, Connection Lingering).
    /// </summary>
    private async ValueTask LingerAsync(CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(LingerTime);
        try
        {
            while (true)
            {
                var read = await _input.ReadAsync(bound.Token);
                _input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (OperationCanceledException)
        {
            socket.Close();
        }
    }
}
