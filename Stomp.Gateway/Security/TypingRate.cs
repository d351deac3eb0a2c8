using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Stomp.Gateway.Security;

/// <summary>How often it is passed on that somebody types: of the same news in a room, once a second. More is not refused, it just changes nothing.</summary>
internal sealed class TypingRate(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Who typed lately. When there are as many, it begins anew: then something is passed on once too often.</summary>
    private const int Most = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(UserId User, RoomId Room), (bool On, long At)> _last = [];

    /// <summary>Whether it is news; if so, it was passed on now.</summary>
    public bool TryTake(UserId user, RoomId room, bool on)
    {
        lock (_lock)
        {
            if (_last.TryGetValue((user, room), out var last) && last.On == on && time.GetElapsedTime(last.At) < Pause) return false;
            if (_last.Count >= Most) _last.Clear();
            _last[(user, room)] = (on, time.GetTimestamp());
            return true;
        }
    }
}
