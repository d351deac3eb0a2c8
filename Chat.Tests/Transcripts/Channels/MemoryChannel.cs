using System.IO.Pipelines;
using System.Threading.Channels;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transcripts.Channels;

/// <summary>A connection without any transport: a pipe in, whole frames out.</summary>
internal sealed class MemoryChannel : IClientChannel
{
    private readonly Pipe _input = new();
    private readonly Channel<byte[]> _output = Channel.CreateUnbounded<byte[]>();
    private readonly Task _running;

    public MemoryChannel(IConnectionRunner runner)
    {
        _running = Task.Run(() => runner.RunAsync(new MemoryTransport(this), new ClientOrigin(RemoteAddress: null, Token: null), CancellationToken.None));
    }

    public int? CloseCode { get; private set; }

    public async Task SendAsync(byte[] octets) => await _input.Writer.WriteAsync(octets);

    public async Task<byte[]?> ReceiveAsync() => await _output.Reader.WaitToReadAsync() && _output.Reader.TryRead(out var octets) ? octets : null;

    public void Cut() => _input.Writer.Complete();

    public async ValueTask DisposeAsync()
    {
        await _input.Writer.CompleteAsync();
        await _running;
    }

    private sealed class MemoryTransport(MemoryChannel channel) : ITransport
    {
        private readonly List<byte> _written = [];

        public PipeReader Input => channel._input.Reader;

        public string Name => "memory";

        public void Write(in OutboundFrame frame)
        {
            var octets = new byte[frame.Length];
            frame.CopyTo(octets);
            _written.AddRange(octets);
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken)
        {
            channel._output.Writer.TryWrite([.. _written]);
            _written.Clear();
            return ValueTask.CompletedTask;
        }

        public ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken)
        {
            channel.CloseCode = reason.Code;
            channel._output.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public void Abort() => channel._output.Writer.TryComplete();
    }
}
