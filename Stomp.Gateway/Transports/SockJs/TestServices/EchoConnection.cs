using System.Buffers;
using System.Text.Unicode;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.SockJs.TestServices;

/// <summary>Sends each message back as a message of its own. The transport marks the messages' ends by <see cref="SockJsOptions.MessageEnd"/>.</summary>
internal sealed class EchoConnection(SockJsOptions options) : IConnectionRunner
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    public async Task RunAsync(ITransport transport, ClientOrigin origin, CancellationToken serverStopping)
    {
        var reason = await EchoAsync(transport, serverStopping);
        using var deadline = new CancellationTokenSource(CloseTimeout);
        await transport.CloseAsync(reason, deadline.Token);
        transport.Abort();
    }

    private async Task<CloseReason> EchoAsync(ITransport transport, CancellationToken serverStopping)
    {
        try
        {
            while (true)
            {
                var read = await transport.Input.ReadAsync(serverStopping);
                var rest = read.Buffer;
                while (TryTake(ref rest, out var message))
                    transport.Write(new OutboundFrame(message, default, Utf8.IsValid(message)));
                transport.Input.AdvanceTo(rest.Start, rest.End);
                if (rest.Length > options.MessageBytes)
                    return CloseReason.MessageTooBig;
                await transport.FlushAsync(serverStopping);
                if (read.IsCompleted)
                    return CloseReason.ClientGone;
            }
        }
        catch (TransportViolationException violation)
        {
            return violation.Reason;
        }
        catch (OperationCanceledException) when (serverStopping.IsCancellationRequested)
        {
            return CloseReason.ServerStopping;
        }
    }

    private bool TryTake(ref ReadOnlySequence<byte> octets, out byte[] message)
    {
        var reader = new SequenceReader<byte>(octets);
        var isWhole = reader.TryReadTo(out ReadOnlySequence<byte> found, options.MessageEnd);
        message = isWhole ? found.ToArray() : [];
        octets = reader.UnreadSequence;
        return isWhole;
    }
}
