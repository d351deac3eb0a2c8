using System.Diagnostics.CodeAnalysis;
using Chat.Domain.Brokering;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// Which session of one connection an exclusive queue belongs to. To the broker it is the connection's (AMQP 0-9-1, queue.declare), and goes with that; what
/// it refuses to other connections is refused here to other sessions of this one, and a queue is deleted here when its session ends.
/// </summary>
/// <remarks>
/// An auto-delete queue goes without a word, so an entry says only whose the queue was when it was last seen: before anything follows from it, the broker is
/// asked. All of this goes one by one; it is rare.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds nothing to dispose of.")]
internal sealed class ExclusiveQueues(IConnection connection)
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Declares an exclusive queue for a session, and gives its name.</summary>
    /// <exception cref="BrokerException">It is another session's.</exception>
    public Task<string> DeclareAsync(IChannel channel, QueueDeclaration queue, object owner, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            await RefuseOthersAsync(queue.Name, owner, cancellationToken);
            var name = (await channel.QueueDeclareAsync(queue, noWait: false, cancellationToken)).QueueName;
            _entries[name] = new Entry(owner, queue);
            return name;
        },
        cancellationToken);

    /// <summary>Whether this session may use a queue that it does not declare.</summary>
    /// <exception cref="BrokerException">It is another session's.</exception>
    public Task CheckAsync(string queue, object owner, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            await RefuseOthersAsync(queue, owner, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Forgets a queue that may have gone with its last consumer.</summary>
    public Task ForgetAsync(string queue, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            if (_entries.ContainsKey(queue) && !await ExistsAsync(queue, cancellationToken)) _entries.Remove(queue);
            return true;
        },
        cancellationToken);

    /// <summary>Deletes what a session has left, unless it has gone with the connection.</summary>
    public Task DeleteAsync(object owner, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            if (!connection.IsOpen) return false;
            foreach (var (name, entry) in _entries.Where(each => each.Value.Owner == owner).ToList())
            {
                await DeleteAsync(name, entry.Queue, cancellationToken);
                _entries.Remove(name);
            }
            return true;
        },
        cancellationToken);

    private async Task<T> AloneAsync<T>(Func<Task<T>> what, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await what();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task RefuseOthersAsync(string queue, object owner, CancellationToken cancellationToken)
    {
        if (!_entries.TryGetValue(queue, out var entry) || entry.Owner == owner) return;
        if (await ExistsAsync(queue, cancellationToken))
            throw new BrokerException(BrokerFailure.ResourceLocked, $"RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '{queue}'");
        _entries.Remove(queue);
    }

    // One that the broker refuses to show is another connection's.
    private async Task<bool> ExistsAsync(string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(options: null, cancellationToken);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason is { ReplyCode: Constants.NotFound or Constants.ResourceLocked })
        {
            return false;
        }
    }

    // A queue of this name may be somebody else's by now. Declaring it exclusively once more shows whether it is ours: if it is gone it is made, and if it is
    // another's the broker refuses. A name that the broker has chosen is never another's, and cannot be declared.
    private async Task DeleteAsync(string name, QueueDeclaration queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(options: null, cancellationToken);
        try
        {
            if (queue.Name.Length > 0) await channel.QueueDeclareAsync(queue, noWait: false, cancellationToken);
        }
        catch (OperationInterruptedException foreign) when (foreign.ShutdownReason is { ReplyCode: Constants.ResourceLocked or Constants.PreconditionFailed })
        {
            return;
        }
        await channel.QueueDeleteAsync(name, ifUnused: false, ifEmpty: false, noWait: false, cancellationToken);
    }

    private sealed record Entry(object Owner, QueueDeclaration Queue);
}
