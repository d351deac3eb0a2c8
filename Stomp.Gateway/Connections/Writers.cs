using Stomp.Gateway.Delivery;

namespace Stomp.Gateway.Connections;

/// <summary>
/// The few workers that write for all connections. A queue that has something to send gets in line; a worker takes a handful from the front and gives each its
/// turn. So one event to many clients wakes a thread or two instead of one for each client (docs/decisions/0009-how-deliveries-are-written.md).
/// </summary>
/// <remarks>The line is linked through the queues themselves and nobody is in it twice, so it needs no memory. A turn does not block: it ends when the transport waits.</remarks>
/// <param name="most">How many workers there are at the most; from 1.</param>
/// <param name="run">Has a worker run soon, on another thread.</param>
internal sealed class Writers(int most, Action<IThreadPoolWorkItem> run) : IThreadPoolWorkItem, IGathering
{
    /// <summary>How many queues are taken out of the line at once: what a worker holds, no other worker can take.</summary>
    private const int Handful = 16;

    /// <summary>How many queues may wait for each worker before there is another: to wake a thread costs as much as one or two turns, and they run in parallel then.</summary>
    private const int QueuesPerWorker = 32;

    /// <summary>After so many handfuls a worker goes to the end of the pool's own line, so that other work comes in between.</summary>
    private const int HandfulsPerRun = 8;

    private readonly Lock _lock = new();

    /// <summary>Of the workers that do not run now.</summary>
    private readonly Stack<LaidOutBatches> _idle = new(most);

    private OutboundQueue? _first;
    private OutboundQueue? _last;
    private int _waiting;
    private int _workers;

    /// <summary>For whom this thread delivers a burst, and whether it is a worker of theirs that has not begun yet.</summary>
    [ThreadStatic]
    private static Writers? _gathering;

    [ThreadStatic]
    private static bool _isWorker;

    public static Writers Shared { get; } = new(Environment.ProcessorCount, static worker => ThreadPool.UnsafeQueueUserWorkItem(worker, preferLocal: false));

    /// <summary>Gives the queue a turn soon. It must not be in line, nor have its turn, already.</summary>
    public void Enqueue(OutboundQueue queue)
    {
        bool isWorkerNeeded;
        var isBurst = _gathering == this;
        lock (_lock)
        {
            if (_last is null) _first = queue;
            else _last.NextInLine = queue;
            _last = queue;
            _waiting++;
            isWorkerNeeded = !(isBurst && _isWorker) && TryAddWorker();
        }
        if (!isWorkerNeeded) return;
        if (isBurst) _isWorker = true;
        else run(this);
    }

    /// <summary>
    /// The first worker that the burst needs is this thread, when all is delivered: to wake another one would cost more than to write to a few clients. Where there
    /// are many it calls for help then, not before: by then more has gathered for each.
    /// </summary>
    public void Gather(Action deliver)
    {
        if (_gathering is not null)
        {
            deliver();
            return;
        }
        _gathering = this;
        try
        {
            deliver();
        }
        finally
        {
            _gathering = null;
            if (_isWorker) Work();
        }
    }

    void IThreadPoolWorkItem.Execute() => Work();

    private void Work()
    {
        _isWorker = false;
        LaidOutBatches? written;
        lock (_lock)
        {
            if (!_idle.TryPop(out written)) written = new LaidOutBatches();
        }
        var isMore = WriteHandfuls(written);
        written.Clear();
        lock (_lock) _idle.Push(written);
        if (isMore) run(this);
    }

    /// <summary>True when there may be more; false when the worker has left.</summary>
    private bool WriteHandfuls(LaidOutBatches written)
    {
        for (var handfuls = 0; handfuls < HandfulsPerRun; handfuls++)
        {
            if (!TryTakeHandful(out var queue, out var isHelpNeeded)) return false;
            if (isHelpNeeded) run(this);
            while (queue is not null)
            {
                // Before its turn: with that it may get in line again.
                var next = queue.NextInLine;
                queue.NextInLine = null;
                queue.TakeTurn(written);
                queue = next;
            }
        }
        return true;
    }

    /// <summary>False when nobody is in line; then the worker has left.</summary>
    private bool TryTakeHandful(out OutboundQueue? first, out bool isHelpNeeded)
    {
        lock (_lock)
        {
            isHelpNeeded = false;
            first = _first;
            if (first is null)
            {
                _workers--;
                return false;
            }
            var last = first;
            var taken = 1;
            for (; taken < Handful && last.NextInLine is { } next; taken++) last = next;
            _first = last.NextInLine;
            if (_first is null) _last = null;
            last.NextInLine = null;
            _waiting -= taken;
            isHelpNeeded = TryAddWorker();
            return true;
        }
    }

    private bool TryAddWorker()
    {
        if (_workers == most || _waiting <= _workers * QueuesPerWorker) return false;
        _workers++;
        return true;
    }
}
