using Chat.Domain.Events;
using Chat.Domain.Users;

namespace Stomp.Gateway.Delivery;

/// <summary>For whom this node listens on the bus: each user as long as somebody here wants to hear of that user.</summary>
internal sealed class UserListening(IEventBus bus)
{
    /// <summary>
    /// Held while the bus is told, so that beginning and ending cannot pass each other: a call has its place in the bus's order when it returns its task. The
    /// broker's answer is waited for outside, or thousands who come back together would take their turns, a round trip each.
    /// </summary>
    private readonly Lock _lock = new();

    /// <summary>By how many each is wanted, those who still wait among them.</summary>
    private readonly Dictionary<UserId, int> _wanted = [];

    /// <summary>From when this returns, what concerns the user is heard.</summary>
    public async ValueTask BeginAsync(UserId user, CancellationToken cancellationToken)
    {
        try
        {
            ValueTask inForce;
            lock (_lock)
            {
                _wanted[user] = _wanted.GetValueOrDefault(user) + 1;
                inForce = bus.ListenAsync(user, cancellationToken);
            }
            await inForce;
        }
        catch
        {
            // The bus listens all the same: what was broken off is the waiting.
            await EndAsync(user, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Takes one <see cref="BeginAsync"/> back.</summary>
    public ValueTask EndAsync(UserId user, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (--_wanted[user] > 0) return ValueTask.CompletedTask;
            _wanted.Remove(user);
            return bus.StopListeningAsync(user, cancellationToken);
        }
    }
}
