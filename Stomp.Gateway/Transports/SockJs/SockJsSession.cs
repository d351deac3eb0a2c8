using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>What the session has for its receiver.</summary>
/// <param name="Octets">One SockJS frame; valid until the receiver calls <see cref="SockJsSession.Sent"/> or detaches.</param>
/// <param name="IsLast">The session is closed, the receiver ends behind this frame.</param>
internal readonly record struct SockJsDelivery(ReadOnlyMemory<byte> Octets, bool IsLast);

/// <summary>
/// A client over HTTP. The session has, or has not, a receiver attached: a request whose response carries what the session sends.
/// Of what kind it is, and whether it is the same kind as the one before, means nothing here.
/// </summary>
/// <remarks>
/// It is open until it was closed by <see cref="CloseAsync"/>; then it still tells that to every receiver, until its time is over. It is gone when
/// it had no receiver for the disconnect delay, when that delay has passed since it was closed, when a receiver broke off, or by <see cref="Abort"/> while it is open.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not used has nothing to dispose of.")]
internal sealed class SockJsSession : ITransport, ISwept
{
    /// <summary>
    /// So much may wait for a receiver without the writer's waiting too: what comes while a polling client is between two requests goes out in one answer.
    /// </summary>
    private const int PendingBytes = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly SockJsLosses _losses;
    private readonly SockJsOptions _options;
    private readonly TimeProvider _time;
    private readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));
    private readonly SemaphoreSlim _receiving = new(1, 1);

    // Owned by the gate. Each of the two buffers holds less than PendingBytes and one flush of the writer, who then waits: its queue is what is bounded.
    private readonly PooledBuffer _beingSent = new();
    private readonly PooledBuffer _pending = new();
    private ReadOnlyMemory<byte>? _closeFrame;
    private TaskCompletionSource? _somethingToSend;
    private TaskCompletionSource? _allSent;
    private Action? _breakOffReceiver;
    private bool _isGone;
    private bool _wasOpened;
    private bool _isHeartBeatDue;
    private long _lastSent;
    private long _sinceDetachedOrClosed;

    // The writer's own.
    private bool _wasLossTold;

    public SockJsSession(string name, ClientOrigin origin, SockJsLosses losses, IOptions<SockJsOptions> options, TimeProvider time)
    {
        Name = name;
        Origin = origin;
        _losses = losses;
        _options = options.Value;
        _time = time;
        _sinceDetachedOrClosed = time.GetTimestamp();
    }

    /// <summary>The kind of the first receiver.</summary>
    public string Name { get; }

    /// <summary>Who opened it.</summary>
    public ClientOrigin Origin { get; }

    public PipeReader Input => _input.Reader;

    /// <summary>Told once, when the session is no more. Its owner sets it before anyone else has the session.</summary>
    public Action<SockJsSession>? Ended { get; init; }

    private bool IsAttached => _breakOffReceiver is not null;

    public void Write(in OutboundFrame frame)
    {
        var isWhole = true;
        lock (_gate)
        {
            if (_closeFrame is null && !_isGone)
                isWhole = SockJsFrame.AddMessage(_pending, frame);
        }
        if (!isWhole)
            _losses.Note(this, ref _wasLossTold);
    }

    /// <summary>Completes at once while little is pending, else when a receiver has sent all of it, or the session is gone.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        Task allSent;
        lock (_gate)
        {
            if (_isGone)
                return;
            Signal(ref _somethingToSend);
            if (_pending.Length < PendingBytes)
                return;
            allSent = (_allSent ??= NewSignal()).Task;
        }
        await allSent.WaitAsync(cancellationToken);
    }

    /// <summary>Does not wait: the present receiver, or the next, gets what is still pending and then the close frame.</summary>
    public ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken)
    {
        if (reason == CloseReason.ClientGone)
        {
            Abort();
            return ValueTask.CompletedTask;
        }
        lock (_gate)
        {
            _closeFrame ??= SockJsFrame.Close(reason.Code, reason.Text);
            _sinceDetachedOrClosed = _time.GetTimestamp();
            Signal(ref _somethingToSend);
            CompleteInput();
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>A closed session stays until its time is over, to tell those who come.</summary>
    public void Abort()
    {
        bool isClosed;
        lock (_gate)
            isClosed = _closeFrame is not null;
        if (!isClosed)
            End();
    }

    /// <summary>Makes the caller the one receiver; false when there is one already.</summary>
    /// <param name="breakOff">Ends the receiver's response at once, should it be stuck in sending when the session goes.</param>
    public bool TryAttach(Action breakOff)
    {
        lock (_gate)
        {
            if (IsAttached)
                return false;
            _breakOffReceiver = breakOff;
            _lastSent = _time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Waits for the next frame to send; null when the session is gone.</summary>
    /// <exception cref="OperationCanceledException">The token has ended.</exception>
    public async ValueTask<SockJsDelivery?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task somethingToSend;
            lock (_gate)
            {
                if (_isGone)
                    return null;
                if (TryTake() is { } delivery)
                    return delivery;
                somethingToSend = (_somethingToSend = NewSignal()).Task;
            }
            await somethingToSend.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The receiver has sent what it got last.</summary>
    public void Sent()
    {
        lock (_gate)
        {
            _beingSent.Clear();
            _lastSent = _time.GetTimestamp();
            if (_pending.Length == 0)
                Signal(ref _allSent);
        }
    }

    public void Detach()
    {
        lock (_gate)
        {
            _breakOffReceiver = null;
            _somethingToSend = null;
            _beingSent.Clear();
            _isHeartBeatDue = false;
            if (_closeFrame is null)
                _sinceDetachedOrClosed = _time.GetTimestamp();
        }
    }

    /// <summary>Takes what a request of the client brought, and waits while too much is unread. False when the session takes nothing any more.</summary>
    public async ValueTask<bool> ReceiveAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        await _receiving.WaitAsync(cancellationToken);
        try
        {
            ValueTask<FlushResult> flush;
            lock (_gate)
            {
                if (_closeFrame is not null || _isGone)
                    return false;
                _input.Writer.Write(octets.Span);
                flush = _input.Writer.FlushAsync(cancellationToken);
            }
            // Taken is taken: what ends the session meanwhile is told to its receiver. A sender that failed would be the end for the client, before it hears that.
            await flush;
            return true;
        }
        finally
        {
            _receiving.Release();
        }
    }

    public void Sweep()
    {
        bool isOver;
        lock (_gate)
        {
            isOver = (!IsAttached || _closeFrame is not null) && _time.GetElapsedTime(_sinceDetachedOrClosed) >= _options.DisconnectDelay;
            if (IsAttached && _somethingToSend is not null && _time.GetElapsedTime(_lastSent) >= _options.HeartbeatInterval)
            {
                _isHeartBeatDue = true;
                Signal(ref _somethingToSend);
            }
        }
        if (isOver)
            End();
    }

    private void End()
    {
        Action? breakOffReceiver;
        lock (_gate)
        {
            if (_isGone)
                return;
            _isGone = true;
            breakOffReceiver = _breakOffReceiver;
        }
        // Outside the gate, as those who hear of it may come back into the session. First of all, so that who hears of the end and comes again opens a new one.
        Ended?.Invoke(this);
        lock (_gate)
        {
            CompleteInput();
            _pending.Clear();
            Signal(ref _somethingToSend);
            Signal(ref _allSent);
        }
        breakOffReceiver?.Invoke();
    }

    private SockJsDelivery? TryTake()
    {
        if (!_wasOpened)
        {
            _wasOpened = true;
            return new SockJsDelivery(SockJsFrame.Open, IsLast: false);
        }
        if (_pending.Length > 0)
        {
            _beingSent.Clear();
            _beingSent.Write(_pending.Span);
            _pending.Clear();
            SockJsFrame.EndMessages(_beingSent);
            return new SockJsDelivery(_beingSent.Memory, IsLast: false);
        }
        if (_closeFrame is { } close)
            return new SockJsDelivery(close, IsLast: true);
        if (_isHeartBeatDue)
        {
            _isHeartBeatDue = false;
            return new SockJsDelivery(SockJsFrame.HeartBeat, IsLast: false);
        }
        return null;
    }

    private void CompleteInput()
    {
        _input.Writer.CancelPendingFlush();
        _input.Writer.Complete();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Signal(ref TaskCompletionSource? signal)
    {
        signal?.TrySetResult();
        signal = null;
    }
}
