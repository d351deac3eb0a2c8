using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

/// <summary>
/// What waits to be sent to one client, counted in bytes. Anybody may put a frame in, and never waits; when it is the queue's turn among <see cref="Writers"/>,
/// what has gathered is sent in one go. A client whose queue is over its budget, or whose transport has not taken a batch in time, is slow: that is told once,
/// and nothing more is taken in.
/// </summary>
/// <remarks>
/// <para>
/// From the first frame until the transport has taken the last, the queue has a turn: it is in line, or being written, or waits for the transport. Who finds it
/// without one, puts it in line. So there is one writer at a time and no loop that would have to be woken; an idle queue is this object and no array.
/// </para>
/// <para>
/// A frame counts with half of the budget at most. So one that is larger than all of it, as a room's snapshot or a service's message may be, still goes out
/// wherever it was waited for, and leaves room for what comes behind it; of such frames there are never more than two.
/// </para>
/// </remarks>
/// <param name="maxBytes">The budget; 0 for none.</param>
/// <param name="onSlow">Called once, from whichever thread noticed, when the budget is exceeded. Must not block.</param>
/// <param name="writers">Whose turn it waits for; those of the process if not said.</param>
internal sealed class OutboundQueue(long maxBytes, Action onSlow, Writers? writers = null)
{
    private const int SmallestArray = 4;

    private readonly Writers _writers = writers ?? Writers.Shared;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What has gathered, and an array for what comes while that is written. They are kept, so that a busy client costs no allocation, until <see cref="Trim"/>.</summary>
    private OutboundFrame[] _waiting = [];
    private OutboundFrame[] _spare = [];
    private int _waitingCount;
    private TaskCompletionSource? _roomForReplay;
    private ITransport? _transport;
    private CancellationToken _cancellation;

    /// <summary>What weighs on the budget.</summary>
    private long _bytes;
    private bool _closed;
    private bool _hasTurn;

    /// <summary>When the batch that is being sent was begun, as <see cref="Environment.TickCount64"/>; 0 when none is.</summary>
    public long FlushingSince { get; private set; }

    /// <summary>When something was last sent, as <see cref="Environment.TickCount64"/>.</summary>
    public long LastWrite { get; private set; } = Environment.TickCount64;

    /// <summary>Who is behind it in the line of the <see cref="Writers"/>, to whom this belongs.</summary>
    internal OutboundQueue? NextInLine { get; set; }

    /// <summary>Puts a frame in; false when the queue takes no more.</summary>
    public bool Offer(in OutboundFrame frame)
    {
        bool isTaken, getsInLine;
        lock (_lock)
        {
            if (_closed) return false;
            isTaken = maxBytes <= 0 || _bytes + Weight(frame) <= maxBytes;
            if (isTaken)
            {
                Add(frame);
            }
            else
            {
                _closed = true;
                TakeWaiting();
            }
            getsInLine = TryGetInLine();
        }
        if (getsInLine) _writers.Enqueue(this);
        if (isTaken) return true;
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

    /// <summary>Takes nothing more in; what is inside is still sent, and then the task of <see cref="RunAsync"/> completes.</summary>
    public void Complete()
    {
        bool isOver;
        lock (_lock)
        {
            _closed = true;
            isOver = IsOver;
        }
        if (isOver) _over.TrySetResult();
        LetReplayGo();
    }

    /// <summary>Gives back the memory of a client that is idle.</summary>
    public void Trim()
    {
        if (_waiting.Length == 0 && _spare.Length == 0) return;
        lock (_lock)
        {
            if (_waitingCount == 0) _waiting = [];
            _spare = [];
        }
    }

    /// <summary>
    /// From now on the queue writes to the transport, and alone does so. Completes when the queue is closed and empty; fails as the transport does, and then writes
    /// no more.
    /// </summary>
    public Task RunAsync(ITransport transport, CancellationToken cancellationToken)
    {
        bool getsInLine, isOver;
        lock (_lock)
        {
            _transport = transport;
            _cancellation = cancellationToken;
            getsInLine = TryGetInLine();
            isOver = IsOver;
        }
        if (getsInLine) _writers.Enqueue(this);
        if (isOver) _over.TrySetResult();
        return _over.Task;
    }

    /// <summary>Sends what has gathered. Called by <see cref="Writers"/> alone; returns when the transport has taken it, or waits.</summary>
    /// <param name="written">What the worker wrote for others just before.</param>
    internal void TakeTurn(LaidOutBatches written)
    {
        ArraySegment<OutboundFrame> batch;
        lock (_lock) batch = TakeWaiting();
        FlushingSince = Environment.TickCount64;
        ValueTask flushing;
        try
        {
            flushing = Send(batch, written);
        }
        catch (Exception e)
        {
            _over.TrySetException(e);
            return;
        }
        long sent = 0;
        foreach (ref readonly var frame in batch.AsSpan()) sent += Weight(frame);
        // The frames themselves must not be kept alive by an array that waits for its next use.
        batch.AsSpan().Clear();
        if (flushing.IsCompletedSuccessfully)
        {
            flushing.GetAwaiter().GetResult();
            EndTurn(sent, batch.Array!);
        }
        else
        {
            _ = EndTurnAsync(flushing, sent, batch.Array!);
        }
    }

    private ValueTask Send(ReadOnlySpan<OutboundFrame> batch, LaidOutBatches written)
    {
        if (_transport is ISharingTransport sharing) return sharing.SendAsync(written.OctetsOf(batch, sharing.Layout), _cancellation);
        foreach (ref readonly var frame in batch) _transport!.Write(frame);
        return _transport!.FlushAsync(_cancellation);
    }

    private async Task EndTurnAsync(ValueTask flushing, long sent, OutboundFrame[] spare)
    {
        try
        {
            await flushing;
        }
        catch (Exception e)
        {
            _over.TrySetException(e);
            return;
        }
        EndTurn(sent, spare);
    }

    /// <summary>Frames count until the transport has taken them: what it holds is memory too. What came meanwhile goes to the end of the line, and gathers there.</summary>
    private void EndTurn(long sent, OutboundFrame[] spare)
    {
        bool getsInLine, isOver;
        FlushingSince = 0;
        LastWrite = Environment.TickCount64;
        lock (_lock)
        {
            _bytes -= sent;
            _spare = spare;
            _hasTurn = false;
            getsInLine = TryGetInLine();
            isOver = IsOver;
        }
        if (getsInLine) _writers.Enqueue(this);
        if (isOver) _over.TrySetResult();
        if (_roomForReplay is not null) LetReplayGo();
    }

    private long Weight(in OutboundFrame frame) => maxBytes <= 0 ? 0 : Math.Min(frame.Length, Math.Max(1, maxBytes / 2));

    private bool IsOver => _closed && !_hasTurn && _waitingCount == 0 && _transport is not null;

    private bool TryGetInLine() => !_hasTurn && _waitingCount > 0 && _transport is not null && (_hasTurn = true);

    private void Add(in OutboundFrame frame)
    {
        if (_waitingCount == _waiting.Length) MakeRoom();
        _waiting[_waitingCount++] = frame;
        _bytes += Weight(frame);
    }

    private void MakeRoom()
    {
        if (_waitingCount == 0 && _spare.Length > 0) (_waiting, _spare) = (_spare, _waiting);
        else Array.Resize(ref _waiting, Math.Max(SmallestArray, _waitingCount * 2));
    }

    private ArraySegment<OutboundFrame> TakeWaiting()
    {
        var taken = new ArraySegment<OutboundFrame>(_waiting, 0, _waitingCount);
        (_waiting, _spare, _waitingCount) = (_spare, [], 0);
        return taken;
    }

    private void LetReplayGo() => Interlocked.Exchange(ref _roomForReplay, value: null)?.SetResult();
}
