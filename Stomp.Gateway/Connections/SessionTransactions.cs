using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Connections;

/// <summary>The open transactions of one session: what was sent within them and waits for COMMIT (STOMP 1.2, BEGIN). Only the connection's read loop touches it.</summary>
/// <param name="maxBytes">How many octets the frames of all of them may have together.</param>
internal sealed class SessionTransactions(long maxBytes)
{
    /// <summary>As RabbitMQ's STOMP plugin has it.</summary>
    private const int MostOpen = 16;

    /// <summary>As RabbitMQ's STOMP plugin has it, but for all of them together.</summary>
    private const int MostFrames = 1_024;

    private readonly Dictionary<string, List<Frame>> _open = new(StringComparer.Ordinal);
    private long _bytes;
    private int _frames;

    public Violation? Begin(string name)
    {
        if (_open.Count == MostOpen) return Violation.TooManyTransactions(MostOpen);
        return _open.TryAdd(name, []) ? null : Violation.TransactionOpen;
    }

    public bool Has(string name) => _open.ContainsKey(name);

    /// <summary>Puts a frame by, in memory of its own.</summary>
    public Violation? Add(string name, Frame frame)
    {
        if (_frames == MostFrames || _bytes + frame.Length > maxBytes) return Violation.TransactionTooLarge(MostFrames, maxBytes);
        _open[name].Add(frame.Detach());
        _frames++;
        _bytes += frame.Length;
        return null;
    }

    /// <summary>Ends a transaction and gives what was sent within it, in order; null when there is none of that name.</summary>
    public IReadOnlyList<Frame>? Take(string name)
    {
        if (!_open.Remove(name, out var frames)) return null;
        _frames -= frames.Count;
        _bytes -= frames.Sum(f => f.Length);
        return frames;
    }
}
