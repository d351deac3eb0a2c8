namespace Chat.Infrastructure.Sql.Search;

/// <summary>
/// How long the indexer rests between its walks. A lone message is indexed at once. While they keep coming, there is a walk a second: many together cost much less
/// than each by itself.
/// </summary>
internal sealed class WalkPace(TimeProvider time)
{
    /// <summary>Walks that may follow each other at once before there is one a second. Each second without one gives one back.</summary>
    public const int AtOnce = 5;

    /// <summary>From one walk to the next, while they keep up.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The longest rest that commits give a walk beyond the time that it took: one that was slow once does not leave the index behind for as long as four more.</summary>
    private static readonly TimeSpan LongestRest = 4 * Pause;

    /// <summary>When there will have been a second for each walk.</summary>
    private long _paidAt = time.GetTimestamp();

    /// <summary>The rest after a walk.</summary>
    /// <param name="took">How long it took.</param>
    /// <param name="isToTheEnd">Whether it left nothing to do.</param>
    /// <param name="isCommitting">Whether the node has committed something meanwhile: then the walks are at work for a fifth of the time at most, unless one takes longer than a second, otherwise for half of it.</param>
    public TimeSpan RestAfter(TimeSpan took, bool isToTheEnd, bool isCommitting)
    {
        var share = isCommitting ? TimeSpan.FromTicks(Math.Max(took.Ticks, Math.Min(4 * took.Ticks, LongestRest.Ticks))) : took;
        if (!isToTheEnd) return share;
        var now = time.GetTimestamp();
        var second = time.TimestampFrequency;
        _paidAt = Math.Max(_paidAt, now) + second;
        var wait = time.GetElapsedTime(now, _paidAt - (AtOnce * second));
        return share > wait ? share : wait;
    }
}
