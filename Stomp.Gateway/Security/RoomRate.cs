using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>
/// How many messages all members together may post to one room on this node. What was stored is counted, so that nobody but a member uses a room up; those that are
/// under way at the same moment may go beyond it.
/// </summary>
internal sealed class RoomRate(LimitsOptions limits, IRoomStore rooms, TimeProvider time)
{
    /// <summary>As for users, a window that slides in tenths.</summary>
    private const int Segments = 10;

    /// <summary>Rooms that are counted. When there are as many, it begins anew: then more is let through once.</summary>
    private const int Most = 10_000;

    private readonly long _segmentLength = (long)(limits.Window.TotalSeconds / Segments * time.TimestampFrequency);
    private readonly Lock _lock = new();
    private readonly Dictionary<RoomId, Counts> _counts = [];

    /// <summary>Whether the room has had its messages for now. Nothing is counted by asking.</summary>
    public bool IsFull(RoomId room)
    {
        if (limits.RoomMessagesPerWindow == 0) return false;
        lock (_lock) return _counts.TryGetValue(room, out var counts) && counts.TotalAt(SegmentNow) >= limits.RoomMessagesPerWindow;
    }

    /// <summary>What somebody is told who would post to a room that is full: who is no member hears nothing of how it goes there.</summary>
    public async ValueTask<Refusal> RefuseAsync(RoomId room, UserId user, CancellationToken cancellationToken) =>
        (await rooms.FindForAsync(room, user, cancellationToken)).Membership is { IsCurrent: true }
            ? new Refusal(RefusalCode.RateLimited, $"At most {limits.RoomMessagesPerWindow} messages in {limits.Window.TotalSeconds:0.#} s in this room.", limits.Window / Segments)
            : Refusal.NotMember;

    /// <summary>Counts a message that was stored now.</summary>
    public void Count(in Outcome<PostedMessage> outcome)
    {
        if (limits.RoomMessagesPerWindow == 0 || !outcome.TryGet(out var posted, out _) || posted.Repeated) return;
        var room = posted.Message.RoomId;
        lock (_lock)
        {
            if (!_counts.TryGetValue(room, out var counts))
            {
                if (_counts.Count >= Most) _counts.Clear();
                _counts.Add(room, counts = new Counts());
            }
            counts.AddAt(SegmentNow);
        }
    }

    private long SegmentNow => time.GetTimestamp() / _segmentLength;

    /// <summary>The messages of a room in the present segment and those before it that still count.</summary>
    private sealed class Counts
    {
        private readonly int[] _ofSegments = new int[Segments];
        private long _segment;
        private int _total;

        public int TotalAt(long segment)
        {
            for (var passed = Math.Min(segment - _segment, Segments); passed > 0; passed--)
            {
                ref var oldest = ref _ofSegments[(segment - passed + 1) % Segments];
                _total -= oldest;
                oldest = 0;
            }
            _segment = Math.Max(segment, _segment);
            return _total;
        }

        public void AddAt(long segment)
        {
            _total = TotalAt(segment) + 1;
            _ofSegments[_segment % Segments]++;
        }
    }
}
