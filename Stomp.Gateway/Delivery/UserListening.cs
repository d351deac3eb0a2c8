using Chat.Domain.Events;
using Chat.Domain.Users;

namespace Stomp.Gateway.Delivery;

/// <summary>For whom this node listens on the bus: each user as long as somebody here wants to hear of that user.</summary>
internal sealed class UserListening(IEventBus bus) : IDisposable
{
    private readonly Dictionary<UserId, int> _wanted = [];

    /// <summary>Held while the bus is told, so that beginning and ending cannot pass each other.</summary>
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>From when this returns, what concerns the user is heard.</summary>
    public async ValueTask BeginAsync(UserId user, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await bus.ListenAsync(user, cancellationToken);
            _wanted[user] = _wanted.GetValueOrDefault(user) + 1;
        }
        catch
        {
            // The bus listens all the same: what was broken off is the waiting.
            if (!_wanted.ContainsKey(user)) await bus.StopListeningAsync(user, CancellationToken.None);
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes one <see cref="BeginAsync"/> back.</summary>
    public async ValueTask EndAsync(UserId user, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (--_wanted[user] > 0) return;
            _wanted.Remove(user);
            await bus.StopListeningAsync(user, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
