using System.Threading.Channels;
using Chat.Domain.Events;
using RabbitMQ.Client;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// Binds and unbinds the node's queue, in the order in which it is asked. What has gathered goes out in one run without waiting for each answer: a channel
/// is served in order, so the broker's ok to the last of a run means that those before it are in force too.
/// </summary>
internal sealed class BindingWriter(IChannel channel, NodeId node)
{
    /// <summary>How many binds go out before one is waited for, so that a thousand rooms cost a handful of round trips and no answer takes long.</summary>
    private const int RunLength = 256;

    private readonly string _queue = ChatTopology.NodeQueue(node);

    // Without a bound of its own: everyone who asks waits for the answer, so no more is queued than there are askers.
    private readonly Channel<Change> _changes = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>True when the bindings are in force, false when the connection ended before. The place in the order is taken before this returns.</summary>
    public Task<bool> BindAsync(IReadOnlyList<NodeBinding> bindings) => Enqueue(bindings, bind: true);

    /// <summary>As <see cref="BindAsync"/>; a binding that is not there is no failure.</summary>
    public Task<bool> UnbindAsync(NodeBinding binding) => Enqueue([binding], bind: false);

    /// <summary>Writes until it is cancelled, or fails with the connection.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var run = new List<Change>();
        try
        {
            while (await _changes.Reader.WaitToReadAsync(cancellationToken))
            {
                while (run.Count < RunLength && _changes.Reader.TryRead(out var change)) run.Add(change);
                await WriteAsync(run, cancellationToken);
                foreach (var change in run) change.Done.SetResult(true);
                run.Clear();
            }
        }
        finally
        {
            _changes.Writer.TryComplete();
            foreach (var change in run) change.Done.TrySetResult(false);
            while (_changes.Reader.TryRead(out var change)) change.Done.TrySetResult(false);
        }
    }

    private Task<bool> Enqueue(IReadOnlyList<NodeBinding> bindings, bool bind)
    {
        var change = new Change(bindings, bind, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        return _changes.Writer.TryWrite(change) ? change.Done.Task : Task.FromResult(false);
    }

    private async Task WriteAsync(List<Change> run, CancellationToken cancellationToken)
    {
        var left = run.Sum(change => change.Bindings.Count);
        foreach (var change in run)
        {
            foreach (var (exchange, key) in change.Bindings)
            {
                left--;
                // Every unbind has its ok: AMQP 0-9-1 knows no-wait for queue.bind only.
                if (change.Bind)
                    await channel.QueueBindAsync(_queue, exchange, key, arguments: null, noWait: left % RunLength != 0, cancellationToken);
                else
                    await channel.QueueUnbindAsync(_queue, exchange, key, arguments: null, cancellationToken);
            }
        }
    }

    private sealed record Change(IReadOnlyList<NodeBinding> Bindings, bool Bind, TaskCompletionSource<bool> Done);
}
