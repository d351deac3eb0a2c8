using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Stomp.Gateway.Options;

/// <summary>How much one client may ask for (docs/protocol.md, Limits). 0 means no limit, but for <see cref="Window"/>.</summary>
internal sealed class LimitsOptions
{
    public const string Section = "Limits";

    /// <summary>Messages that a user may post within <see cref="Window"/>, as many changes of messages, and as many other changes. 20 in 10 s is faster than anybody types, and slower than a flood.</summary>
    [Range(0, 1_000_000)]
    public int MessagesPerWindow { get; set; } = 20;

    /// <summary>
    /// Messages that the members of one room may post together within <see cref="Window"/>. 1,000 in 10 s are fifty members who post as fast as they may, and far more than
    /// anybody reads.
    /// </summary>
    [Range(0, 1_000_000)]
    public int RoomMessagesPerWindow { get; set; } = 1_000;

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Octets of a frame's body. 64 KiB is Spring's own default.</summary>
    [Range(0, 64 * 1024 * 1024)]
    public int FrameBytes { get; set; } = 64 * 1024;

    /// <summary>The same for services. 4 MiB is RabbitMQ's limit for a whole frame.</summary>
    [Range(0, 64 * 1024 * 1024)]
    public int ServiceFrameBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Octets of the largest frame that anybody may send, with 8 KiB for its head.</summary>
    public long LargestFrame => FrameBytes == 0 || ServiceFrameBytes == 0 ? long.MaxValue : Math.Max(FrameBytes, ServiceFrameBytes) + (8 * 1024);

    /// <summary>Octets that may wait for one client. 1 MiB is some thousand messages; who is further behind is better served by a replay.</summary>
    [Range(0, 1024 * 1024 * 1024)]
    public long OutboundBytes { get; set; } = 1024 * 1024;

    /// <summary>How long one batch may take to be sent. 10 s is Spring's send time limit.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan OutboundTime { get; set; } = TimeSpan.FromSeconds(10);

    [Range(0, 100_000)]
    public int SubscriptionsPerSession { get; set; } = 200;

    /// <summary>Sessions of one user on a node; one more closes the oldest.</summary>
    [Range(0, 100_000)]
    public int SessionsPerUser { get; set; } = 20;

    /// <summary>New connections from one address.</summary>
    [Range(0, 1_000_000)]
    public int ConnectsPerMinute { get; set; } = 60;

    /// <summary>Calls of webhooks from one address, good and bad together. 600 are five webhooks that post as fast as they may all the time.</summary>
    [Range(0, 1_000_000)]
    public int WebhookCallsPerMinute { get; set; } = 600;
}

[OptionsValidator]
internal sealed partial class LimitsOptionsValidator : IValidateOptions<LimitsOptions>;
