namespace Stomp.Gateway.Transports;

/// <summary>Why a connection ends, as the close code and text that a WebSocket or SockJS client sees (docs/protocol.md).</summary>
/// <param name="Code">A WebSocket close code (RFC 6455 section 7.4); 4000 to 4999 are ours.</param>
/// <param name="Text">At most 123 octets of UTF-8, the room that a close frame has.</param>
/// <param name="Name">The reason's name in logs and metrics.</param>
internal sealed record CloseReason(int Code, string Text, string Name)
{
    public static readonly CloseReason Normal = new(1000, "", "normal");
    public static readonly CloseReason ServerStopping = new(1001, "server is stopping", "server_stopping");
    public static readonly CloseReason ProtocolError = new(1002, "protocol error", "protocol_error");
    public static readonly CloseReason InvalidData = new(1007, "invalid data", "invalid_data");
    public static readonly CloseReason MessageTooBig = new(1009, "message too big", "message_too_big");
    public static readonly CloseReason InternalError = new(1011, "internal error", "internal_error");
    public static readonly CloseReason TokenExpired = new(4401, "token expired", "token_expired");
    public static readonly CloseReason TokenRevoked = new(4401, "token revoked", "token_revoked");
    public static readonly CloseReason SlowConsumer = new(4408, "slow consumer", "slow_consumer");
    public static readonly CloseReason TooManySessions = new(4409, "too many sessions", "too_many_sessions");
    public static readonly CloseReason Silent = new(4410, "no heart-beat", "silent");
    public static readonly CloseReason SessionEnded = new(4411, "session ended", "session_ended");

    /// <summary>The client went away by itself; there is nobody to tell.</summary>
    public static readonly CloseReason ClientGone = new(1006, "", "client_gone");
}
