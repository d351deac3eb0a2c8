namespace Stomp.Gateway.Transports;

/// <summary>The client broke the rules of its transport. <see cref="Exception.Message"/> may be shown to it; <see cref="Reason"/> is how the transport is then closed.</summary>
internal sealed class TransportViolationException(string message, CloseReason reason) : Exception(message)
{
    public CloseReason Reason { get; } = reason;
}
