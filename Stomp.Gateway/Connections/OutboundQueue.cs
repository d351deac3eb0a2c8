using System.Runtime.InteropServices;
using System.Threading.Channels;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

/// <summary>
/// What waits to be sent to one client, counted in bytes. Anybody may put a frame in, and never waits; one write loop takes out what has gathered and sends it in
/// one go. A client whose queue is over its budget, or whose transport has not taken a batch in time, is slow: that is told once, and nothing more is taken in.
/// </summary>
/// <param name="maxBytes">The budget; 0 for none.</param>
/// <param name="onSlow">Called once, from whichever thread noticed, when the budget is exceeded. Must not block.</param>
internal sealed class OutboundQueue(long maxBytes, Action onSlow)
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private List<OutboundFrame> _waiting = [];
    private List<OutboundFrame> _sending = [];
    private TaskCompletionSource? _roomForReplay;
    private long _bytes;
    private bool _closed;

    /// <summary>When the batch that is being sent was begun, as <see cref="Environment.TickCount64"/>; 0 when none is.</summary>
    public long FlushingSince { get; private set; }

    /// <summary>When something was last sent, as <see cref="Environment.TickCount64"/>.</summary>
    public long LastWrite { get; private set; } = Environment.TickCount64;

    /// <summary>Puts a frame in; false when the queue takes no more.</summary>
    public bool Offer(in OutboundFrame frame)
    {
        var slow = false;
        lock (_lock)
        {
            if (_closed) return false;
            if (maxBytes > 0 && _bytes + frame.Length > maxBytes && _bytes > 0)
            {
                slow = _closed = true;
                _waiting.Clear();
            }
            else
            {
                _bytes += frame.Length;
                _waiting.Add(frame);
                if (_waiting.Count > 1) return true;
            }
        }
        _wake.Writer.TryWrite(true);
        if (!slow) return true;
        LetReplayGo();
        onSlow();
        return false;
    }

    /// <summary>Puts a frame in that may as well be missed: it is dropped when the queue is more than half full, so that it takes no room from what may not.</summary>
    public void OfferSignal(in OutboundFrame frame)
    {
        lock (_lock)
        {
            if (maxBytes > 0 && _bytes + frame.Length > maxBytes / 2) return;
        }
        Offer(frame);
    }

    /// <summary>Waits until the queue is at most half full, so that a long replay leaves room for what is live.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (_closed) throw new OperationCanceledException("The connection is closing.");
                if (maxBytes == 0 || _bytes <= maxBytes / 2) return;
                _roomForReplay ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _roomForReplay.Task;
            }
            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes nothing more in; what is inside is still sent, and then <see cref="RunAsync"/> returns.</summary>
    public void Complete()
    {
        lock (_lock) _closed = true;
        _wake.Writer.TryWrite(true);
        LetReplayGo();
    }

    /// <summary>The write loop; the only one to write to the transport while it runs.</summary>
    public async Task RunAsync(ITransport transport, CancellationToken cancellationToken)
    {
        while (await NextBatchAsync(cancellationToken) is { Count: > 0 } batch)
        {
            FlushingSince = Environment.TickCount64;
            long sent = 0;
            foreach (ref readonly var frame in CollectionsMarshal.AsSpan(batch))
            {
                transport.Write(frame);
                sent += frame.Length;
            }
            await transport.FlushAsync(cancellationToken);
            FlushingSince = 0;
            LastWrite = Environment.TickCount64;
            batch.Clear();
            Sent(sent);
        }
    }

    private async ValueTask<List<OutboundFrame>> NextBatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_waiting.Count > 0)
                {
                    (_waiting, _sending) = (_sending, _waiting);
                    return _sending;
                }
                if (_closed) return _waiting;
            }
            await _wake.Reader.ReadAsync(cancellationToken);
        }
    }

    /// <summary>Frames count until the transport has taken them: what it holds is memory too.</summary>
    private void Sent(long bytes)
    {
        lock (_lock) _bytes -= bytes;
        LetReplayGo();
    }

    private void LetReplayGo() => Interlocked.Exchange(ref _roomForReplay, value: null)?.SetResult();
}
