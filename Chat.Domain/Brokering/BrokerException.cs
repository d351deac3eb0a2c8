namespace Chat.Domain.Brokering;

/// <summary>The broker refuses, or cannot be reached. The session that meets it is over.</summary>
/// <param name="failure">Which kind.</param>
/// <param name="detail">For whoever asked; has no secret in it.</param>
public sealed class BrokerException(BrokerFailure failure, string detail, Exception? innerException = null) : Exception(detail, innerException)
{
    public BrokerFailure Failure { get; } = failure;
}

/// <summary>The kinds of refusals, by AMQP's names (AMQP 0-9-1, reply codes).</summary>
public enum BrokerFailure
{
    /// <summary>There is no such queue or exchange.</summary>
    NotFound,

    /// <summary>The broker's own permissions forbid it.</summary>
    AccessRefused,

    /// <summary>The queue exists and is another one's alone.</summary>
    ResourceLocked,

    /// <summary>The queue exists and is not as wanted, or a parameter is not one that a queue can have.</summary>
    PreconditionFailed,

    /// <summary>The broker cannot be reached, or does not answer.</summary>
    Unavailable,
}
