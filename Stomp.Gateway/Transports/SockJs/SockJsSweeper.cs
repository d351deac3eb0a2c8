using System.Collections.Concurrent;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>Something that has to be looked at from time to time.</summary>
internal interface ISwept
{
    /// <summary>Does what its time has come for. It must not wait and not throw: all others are looked at after it.</summary>
    void Sweep();
}

/// <summary>One timer for the heart-beats and the ends of all SockJS sessions. A thing is done up to <see cref="Period"/> later than it could be.</summary>
internal sealed class SockJsSweeper : IDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ISwept, byte> _swept = new();
    private readonly ITimer _timer;

    public SockJsSweeper(TimeProvider time) =>
        _timer = time.CreateTimer(static sweeper => ((SockJsSweeper)sweeper!).Sweep(), this, Period, Period);

    public void Add(ISwept swept) => _swept.TryAdd(swept, 0);

    public void Remove(ISwept swept) => _swept.TryRemove(swept, out _);

    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        foreach (var (swept, _) in _swept)
            swept.Sweep();
    }
}
