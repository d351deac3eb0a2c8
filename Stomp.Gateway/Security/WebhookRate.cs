using System.Net;
using Chat.Domain.Outcomes;
using Chat.Domain.Webhooks;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>How fast webhooks may be called: from one address, whatever comes of it, and each webhook as fast as a user may post.</summary>
internal sealed class WebhookRate(LimitsOptions limits, MessageRate messages, TimeProvider time)
{
    private readonly AddressRate _calls = new(limits.WebhookCallsPerMinute, time);

    /// <summary>Counts a call, good or bad; null when it may pass.</summary>
    public Refusal? TryTake(IPAddress? address) => _calls.TryTake(address)
        ? null
        : new Refusal(RefusalCode.RateLimited, $"At most {limits.WebhookCallsPerMinute} calls of webhooks in a minute from one address.", _calls.RetryAfter(address));

    /// <summary>Counts a message of who knows the secret; null when it may pass.</summary>
    public Refusal? TryTake(Webhook webhook) => messages.TryTake(webhook.Sender.Id);
}
