namespace Stomp.Gateway.Security;

/// <summary>How often something happened lately, by whom it is counted for, within a window that slides in segments. Safe for use by several threads.</summary>
/// <remarks>
/// The library's <c>SlidingWindowRateLimiter</c> is not used, as it does not tell when there is room again: whoever was refused would have to try and try. In any span
/// as long as the window, at most the limit and what one segment may hold gets through.
/// </remarks>
/// <param name="limit">How often within the window; at least 1.</param>
/// <param name="window">How long something counts; what lies up to a segment further back counts no more.</param>
/// <param name="segments">Into how many equal parts the window is divided.</param>
/// <param name="most">How many are counted for. When there are as many, those for whom nothing counts any more are forgotten, and where that is not half of them, all are: then more gets through once.</param>
/// <param name="time">Tells the segments.</param>
internal sealed class SlidingCounts<TKey>(int limit, TimeSpan window, int segments, int most, TimeProvider time)
    where TKey : notnull
{
    private readonly long _segmentLength = Math.Max(1, (long)(window.TotalSeconds / segments * time.TimestampFrequency));
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Counts> _counts = [];

    /// <summary>Counts one, unless it would be one too many.</summary>
    public bool TryTake(TKey key)
    {
        lock (_lock)
        {
            if (IsFullAt(SegmentNow, key)) return false;
            Add(key);
            return true;
        }
    }

    /// <summary>Whether one more would be too many.</summary>
    public bool IsFull(TKey key)
    {
        lock (_lock) return IsFullAt(SegmentNow, key);
    }

    /// <summary>Counts one, even if it is one too many.</summary>
    public void Count(TKey key)
    {
        lock (_lock) Add(key);
    }

    /// <summary>How long until one more is not too many, if none is counted meanwhile; zero where it is none now.</summary>
    public TimeSpan TimeUntilRoom(TKey key)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (!IsFullAt(now / _segmentLength, key)) return TimeSpan.Zero;
            return time.GetElapsedTime(now, _counts[key].SegmentWithRoom(limit) * _segmentLength);
        }
    }

    private long SegmentNow => time.GetTimestamp() / _segmentLength;

    private bool IsFullAt(long segment, TKey key) => _counts.TryGetValue(key, out var counts) && counts.TotalAt(segment) >= limit;

    private void Add(TKey key)
    {
        if (!_counts.TryGetValue(key, out var counts))
        {
            if (_counts.Count >= most) MakeRoom();
            _counts.Add(key, counts = new Counts(segments));
        }
        counts.AddAt(SegmentNow);
    }

    private void MakeRoom()
    {
        var segment = SegmentNow;
        foreach (var (key, counts) in _counts)
        {
            if (counts.TotalAt(segment) == 0) _counts.Remove(key);
        }
        if (_counts.Count > most / 2) _counts.Clear();
    }

    /// <summary>What happened in the present segment and in those before it that still count.</summary>
    private sealed class Counts(int segments)
    {
        private readonly int[] _ofSegments = new int[segments];
        private long _segment;
        private int _total;

        public int TotalAt(long segment)
        {
            for (var passed = Math.Min(segment - _segment, segments); passed > 0; passed--)
            {
                ref var oldest = ref _ofSegments[(segment - passed + 1) % segments];
                _total -= oldest;
                oldest = 0;
            }
            _segment = Math.Max(segment, _segment);
            return _total;
        }

        public void AddAt(long segment)
        {
            _total = TotalAt(segment) + 1;
            _ofSegments[_segment % segments]++;
        }

        /// <summary>The first segment with which so much counts no more that the rest is below a limit.</summary>
        public long SegmentWithRoom(int limit)
        {
            var left = _total;
            var oldest = Math.Max(0, _segment - segments + 1);
            for (; left >= limit; oldest++) left -= _ofSegments[oldest % segments];
            return oldest - 1 + segments;
        }
    }
}
