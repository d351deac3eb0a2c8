using Chat.Domain.Brokering;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>What went wrong in AMQP, in the words of the port. A refusal has RabbitMQ's own text.</summary>
internal static class AmqpFailure
{
    // A name or property is a short string: AMQP 0-9-1, section 4.2.5.3.
    private const string TooLong = "PRECONDITION_FAILED - a name or a property has more than 255 octets";

    public static BrokerException Of(Exception failure) => failure switch
    {
        BrokerException known => known,
        OperationInterruptedException { ShutdownReason: { } reason } => Of(reason, failure),
        // The client throws it while it writes a frame, before anything is sent.
        ArgumentException => new BrokerException(BrokerFailure.PreconditionFailed, TooLong, failure),
        ChannelAllocationException => new BrokerException(BrokerFailure.Unavailable, "This gateway's connection to RabbitMQ has no channel left.", failure),
        _ => new BrokerException(BrokerFailure.Unavailable, "RabbitMQ does not answer: " + failure.Message, failure),
    };

    /// <summary>Why a channel or its connection has ended.</summary>
    public static BrokerException Of(ShutdownEventArgs reason, Exception? cause = null) => reason.ReplyCode switch
    {
        Constants.AccessRefused => new BrokerException(BrokerFailure.AccessRefused, reason.ReplyText, cause),
        Constants.NotFound => new BrokerException(BrokerFailure.NotFound, reason.ReplyText, cause),
        Constants.ResourceLocked => new BrokerException(BrokerFailure.ResourceLocked, reason.ReplyText, cause),
        Constants.PreconditionFailed => new BrokerException(BrokerFailure.PreconditionFailed, reason.ReplyText, cause),
        _ => new BrokerException(BrokerFailure.Unavailable, $"The connection to RabbitMQ is lost: {reason.ReplyCode} {reason.ReplyText}", cause),
    };
}
