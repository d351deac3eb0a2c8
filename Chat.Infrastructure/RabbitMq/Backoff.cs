namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// How long to wait before trying again: twice as long after every failure, from 0.2 s to 5 s, and somewhere between half of that and all of it, so that the
/// nodes of a broker that has come back do not arrive at one moment.
/// </summary>
internal sealed class Backoff
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.2);

    private TimeSpan _next = Shortest;

    public void Reset() => _next = Shortest;

    public TimeSpan Next()
    {
        var delay = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return delay;
    }
}
