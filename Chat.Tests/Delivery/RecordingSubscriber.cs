using System.Globalization;
using System.Text;
using Chat.Domain.Users;
using Chat.Tests.Support;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Delivery;

/// <summary>A client that keeps the numbers of the events that it was given.</summary>
internal sealed class RecordingSubscriber(UserId userId) : ISubscriber
{
    private readonly Lock _lock = new();
    private readonly List<long> _seqs = [];
    private readonly List<string> _others = [];

    public UserId UserId => userId;

    public StompVersion Version => StompVersion.V12;

    public IReadOnlyList<long> Seqs
    {
        get { lock (_lock) return [.. _seqs]; }
    }

    /// <summary>The events without a number, and the changes of the room list.</summary>
    public IReadOnlyList<string> Others
    {
        get { lock (_lock) return [.. _others]; }
    }

    public void Offer(in OutboundFrame frame)
    {
        var octets = new byte[frame.Length];
        frame.CopyTo(octets);
        var read = TestFrame.Parse(Encoding.UTF8.GetString(octets).TrimEnd('\0'));
        lock (_lock)
        {
            if (read["seq"] is { } seq) _seqs.Add(long.Parse(seq, CultureInfo.InvariantCulture));
            else _others.Add((read.Json.TryGetProperty("change", out var change) ? change : read.Json.GetProperty("event")).GetString()!);
        }
    }

    public void OfferSignal(in OutboundFrame frame) => Offer(frame);

    public ValueTask OfferWhenRoomAsync(OutboundFrame frame, CancellationToken cancellationToken)
    {
        Offer(frame);
        return ValueTask.CompletedTask;
    }
}
