using System.Diagnostics.CodeAnalysis;
using Chat.Domain.Brokering;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// What a channel has sent and the broker has not answered yet. The client could count them itself, but then it puts a header of its own on every message,
/// and these are read by others.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds nothing to dispose of.")]
internal sealed class PublisherConfirms
{
    /// <summary>How many messages may wait for their confirm, as of <see cref="EventPublisher"/>.</summary>
    private const int MaxOutstanding = 256;

    private readonly SemaphoreSlim _room = new(MaxOutstanding);
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, TaskCompletionSource> _outstanding = [];
    private ulong _oldest = 1;
    private ulong _next = 1;

    /// <summary>Counts the message that is sent next, when there is room for it; the task within is done at its confirm.</summary>
    public async Task<Task> AddAsync(CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        var confirm = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _outstanding.Add(_next++, confirm);
        return confirm.Task;
    }

    /// <summary>Done when nothing is outstanding.</summary>
    public Task AllAsync()
    {
        lock (_gate) return Task.WhenAll(_outstanding.Values.Select(confirm => confirm.Task));
    }

    public void Confirm(ulong tag, bool multiple)
    {
        foreach (var confirm in Take(tag, multiple)) confirm.SetResult();
    }

    public void Fail(BrokerException failure)
    {
        foreach (var confirm in Take(ulong.MaxValue, multiple: true)) confirm.SetException(failure);
    }

    // Confirms may come out of order (AMQP 0-9-1 with RabbitMQ's confirm extension); "multiple" is for all up to the tag.
    private List<TaskCompletionSource> Take(ulong tag, bool multiple)
    {
        var taken = new List<TaskCompletionSource>();
        lock (_gate)
        {
            if (!multiple)
            {
                if (_outstanding.Remove(tag, out var one)) taken.Add(one);
            }
            else
            {
                for (; _oldest <= tag && _oldest < _next; _oldest++)
                {
                    if (_outstanding.Remove(_oldest, out var confirm)) taken.Add(confirm);
                }
            }
        }
        if (taken.Count > 0) _room.Release(taken.Count);
        return taken;
    }
}
