using Chat.Domain.Brokering;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Destinations.General;

/// <summary>What the broker refuses, as the ERROR that ends the session.</summary>
internal static class BrokerViolations
{
    public static readonly Violation InvalidDestination = new("Invalid destination", "The name behind the destination's prefix is empty, too long or reserved.");
    public static readonly Violation TempQueueOnly = new("Invalid destination", "A temporary queue is named by the reply-to of a SEND; nobody sends or subscribes to it by that name.");
    public static readonly Violation MessageIdOnSend = new("Invalid header", "A SEND has no message-id, which is the server's; amqp-message-id names one.");
    public static readonly Violation AnothersName = new("precondition_failed", "The user-id of a SEND can only be one's own.");
    public static readonly Violation DurableWithoutId = new("Missing header", "A durable subscription to a topic needs the header id, under which it is found again.");

    public static Violation Of(BrokerException e) => new(
        e.Failure switch
        {
            BrokerFailure.NotFound => "not_found",
            BrokerFailure.AccessRefused => "access_refused",
            BrokerFailure.ResourceLocked => "resource_locked",
            BrokerFailure.PreconditionFailed => "precondition_failed",
            _ => "unavailable",
        },
        e.Message);
}
