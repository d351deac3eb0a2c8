using Chat.Domain.Users;
using Stomp.Gateway.Protocol;

namespace Stomp.Gateway.Connections;

/// <summary>The log lines of connections; numbers 2001 to 2099.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(2001, LogLevel.Debug, "Session {SessionId}: {UserId} connected by {Transport}, {Version}")]
    public static partial void Connected(ILogger logger, string sessionId, UserId userId, string transport, StompVersion version);

    [LoggerMessage(2002, LogLevel.Debug, "Session {SessionId}: ended, {Reason}")]
    public static partial void Ended(ILogger logger, string sessionId, string reason);

    [LoggerMessage(2003, LogLevel.Information, "Session {SessionId}: ERROR sent, {Violation}: {Detail}")]
    public static partial void Violation(ILogger logger, string sessionId, string violation, string detail);

    [LoggerMessage(2004, LogLevel.Information, "Session {SessionId}: the transport's rules were broken: {Detail}")]
    public static partial void TransportViolation(ILogger logger, string sessionId, string detail);

    [LoggerMessage(2005, LogLevel.Warning, "Session {SessionId}: refused, the database is unavailable")]
    public static partial void Unavailable(ILogger logger, string sessionId, Exception exception);

    [LoggerMessage(2006, LogLevel.Error, "Session {SessionId}: failed")]
    public static partial void Failed(ILogger logger, string sessionId, Exception exception);

    [LoggerMessage(2007, LogLevel.Debug, "Session {SessionId}: the client is gone while something was written to it")]
    public static partial void WriteFailed(ILogger logger, string sessionId, Exception exception);

    [LoggerMessage(2008, LogLevel.Debug, "Session {SessionId}: the farewell took too long and was cut short")]
    public static partial void FarewellCutShort(ILogger logger, string sessionId);

    [LoggerMessage(2009, LogLevel.Debug, "Session {SessionId}: ended in the middle of a frame's work")]
    public static partial void Interrupted(ILogger logger, string sessionId);

    [LoggerMessage(2011, LogLevel.Debug, "Session {SessionId}: the client is gone while something was read from it")]
    public static partial void ReadFailed(ILogger logger, string sessionId, Exception exception);

    [LoggerMessage(2010, LogLevel.Error, "Session {SessionId}: its clock tick failed")]
    public static partial void TickFailed(ILogger logger, string sessionId, Exception exception);
}
